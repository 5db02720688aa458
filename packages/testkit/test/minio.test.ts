import { skipped } from '@spawnit/local';
import t from 'tap';
import { startMinio } from '@spawnit/testkit';
import { s3 } from './fixtures/s3.js';

const skip = skipped('minio');

t.test('a real MinIO keeps its data and port over kill -9', { skip }, async (t) => {
  const minio = await startMinio({ t });
  t.equal((await s3(minio, 'PUT', '/bucket')).statusCode, 200);
  t.equal((await s3(minio, 'PUT', '/bucket/key', 'value')).statusCode, 200);

  await minio.kill('SIGKILL');
  await t.rejects(s3(minio, 'GET', '/bucket/key'), { code: 'ECONNREFUSED' });

  await minio.restart();
  t.match(await s3(minio, 'GET', '/bucket/key'), { statusCode: 200, text: 'value' });
});

t.test('two run side by side', { skip }, async (t) => {
  const [one, other] = await Promise.all([startMinio({ t }), startMinio({ t })]);
  t.not(one.endpoint, other.endpoint);
});
