import { freePort } from '@spawnit/testkit';
import { condition } from '@spawnit/contract';
import t from 'tap';
import { openScene, webServer } from './scene.js';

t.test('an image that cannot be pulled is told in the engine\'s own words, with when it is tried again', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const service = webServer('unpullable', scene.namespace, await freePort());
  service.spec.parameters.image = '127.0.0.1:1/nowhere/nothing:1';
  await scene.client.services.create(service);

  const failed = await scene.phase('unpullable', 'Failed');
  const message = condition(failed, 'Ready')?.message ?? '';
  t.match(message, /connection refused|nowhere\/nothing/i, 'the engine\'s own words');
  t.ok(failed.status?.retries?.nextAttemptTime, 'and when it is tried again');
  const [job] = await scene.jobs('unpullable');
  t.match(job?.status?.error, { cause: 'ImagePull', retryable: true });
  t.ok((job?.status?.error?.hint ?? '').length > 10, 'with what to do');
});

t.test('a service waits for one it depends on, and says for which', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  await scene.post('waits', await freePort(), { dependsOn: ['nobody'] });
  const waiting = await scene.phase('waits', 'Pending');
  t.match(condition(waiting, 'Ready')?.message, /nobody/, 'what it waits for is named');
  t.same(await scene.jobs('waits'), [], 'and nothing has run');
});
