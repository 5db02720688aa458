import { freePort, startMinio, waitFor } from '@spawnit/testkit';
import { ApiError } from '@spawnit/contract';
import type { StoreChoice } from '@spawnit/local';
import t from 'tap';
import { bucketOf, openScene, twoAgents } from './scene.js';

for (const driver of ['files', 's3'] as const) {
  t.test(`a posted service answers, follows a change and leaves nothing behind (store: ${driver})`, { timeout: 600_000 }, async (t) => {
    const scene = await openScene(t, { store: await storeOf(t, driver) });
    const [port, other] = [await freePort(), await freePort()];

    await scene.post('web', port);
    await scene.answers(port);
    const ready = await scene.phase('web', 'Ready');
    t.equal(ready.status?.url, `http://127.0.0.1:${port}`, 'its address is told');
    const before = await scene.containers('web');
    t.equal(before.length, 1, 'it is one container');

    await scene.client.services.patch('web', scene.namespace, { spec: { parameters: { port: other } } });
    await scene.answers(other);
    await scene.phase('web', 'Ready');
    const after = await scene.containers('web');
    t.equal(after.length, 1, 'there is one container after the change of its port');
    t.not(after[0], before[0], 'it was replaced');

    if (driver === 'files') t.ok(scene.stored('web').length >= 2, 'a state of each apply is kept');
    t.equal(twoAgents.flatMap((a) => scene.workdirs(a.name)).length, 1, 'one agent keeps a warm workdir for it');

    await scene.client.services.delete('web', scene.namespace);
    await gone(scene, 'web');
    t.same(await scene.containers('web'), [], 'no container is left');
    t.same(twoAgents.flatMap((a) => scene.workdirs(a.name)), [], 'no workdir is left');
    if (driver === 'files') t.ok(scene.stored('web').length > 0, 'its states stay, encrypted, for as long as the log can be gone back in');
    t.same((await scene.client.jobs.list({ namespace: scene.namespace })).items, [], 'no job is left');
  });
}

async function gone(scene: Awaited<ReturnType<typeof openScene>>, name: string): Promise<void> {
  const notFound = async () => {
    try {
      await scene.service(name);
      return false;
    } catch (error) {
      return ApiError.is(error, 'NotFound');
    }
  };
  await waitFor(notFound, { what: `${name} to be gone` });
  await waitFor(() => twoAgents.every((a) => scene.workdirs(a.name).length === 0), { what: 'the workdirs to be gone' });
}

async function storeOf(t: { teardown(handler: () => unknown): void }, driver: 'files' | 's3'): Promise<StoreChoice> {
  return driver === 'files' ? { driver } : bucketOf(await startMinio({ t }));
}
