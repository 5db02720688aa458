import { ApiError } from '@spawnit/contract';
import { startMinio, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { startPlane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';
import { nextChange } from '../watch/next-change.js';

t.test('while the store is gone writes answer 503 with a time to try again, reads go on and say so, and nothing acknowledged is lost', async (t) => {
  const minio = await startMinio({ t });
  const store = { driver: 's3' as const, endpoint: minio.endpoint, bucket: 'spawnit', region: minio.region, accessKeyId: minio.accessKey, secretAccessKey: minio.secretKey };
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t), store });
  const client = plane.as('admin');
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const watch = client.services.watch({ resourceVersion: (await client.services.list()).metadata.resourceVersion, signal: ending.signal });
  const next = nextChange(watch);
  await client.services.create(service('a'));
  t.match(await next, { type: 'ADDED' });

  await minio.kill('SIGKILL');
  const refused = await client.services.create(service('b')).then(() => undefined, (error: unknown) => error);
  t.ok(ApiError.is(refused, 'ServiceUnavailable'));
  t.ok((refused as ApiError).details.retryAfterSeconds! > 0);
  const list = await client.transport.send({ path: '/apis/spawnit.dev/v1/services' });
  t.match(list.headers['warning'], /the object store does not answer: this is what was known last/);
  t.match(await list.body.json(), { items: [{ metadata: { name: 'a' } }] });
  t.match(await client.services.get('a', 'default'), { metadata: { name: 'a' } });
  for (const asked of [() => client.services.get('made-elsewhere', 'default'), () => client.services.list({ fieldSelector: 'metadata.name=made-elsewhere' })]) {
    const unknown = await asked().then(() => undefined, (error: unknown) => error);
    t.ok(ApiError.is(unknown, 'ServiceUnavailable'), 'that something is not there is said only by who knows');
    t.match(unknown, { message: /is not known now/, details: { retryAfterSeconds: 1 } });
  }
  t.equal((await client.services.list({ fieldSelector: 'metadata.name=a' })).items.length, 1);
  t.equal((await fetch(`${plane.url}/livez`)).status, 200);
  t.equal((await fetch(`${plane.url}/readyz`)).status, 503);
  await t.rejects(client.transport.text({ path: '/readyz' }), { message: /\[-\]store .* failed: .*it answered last/ });

  await minio.restart();
  await waitFor(async () => (await fetch(`${plane.url}/readyz`)).status === 200, { what: 'the server to be ready again' });
  await client.services.create(service('c'));
  const names = (await client.services.list()).items.map(({ metadata }) => metadata.name);
  t.ok(names.includes('a') && names.includes('c'));
  t.match(await nextChange(watch), { type: 'ADDED' }, 'the watch went on');
});
