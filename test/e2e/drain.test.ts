import { freePort, startDockerd, waitFor } from '@spawnit/testkit';
import { helloImage, skipped } from '@spawnit/local';
import t from 'tap';
import { machineEngine, openScene } from './scene.js';

t.test('draining a node moves what it runs to another engine and removes it there', { timeout: 600_000, skip: skipped('second-engine') }, async (t) => {
  const other = await startDockerd({ name: 'engine-drained', t });
  await other.loadImage(helloImage);
  const scene = await openScene(t, { agents: [{ name: 'drained', dockerHost: other.host }] });
  const port = await freePort();
  await scene.post('guest', port);
  await scene.phase('guest', 'Ready');
  scene.star.startAgent({ name: 'host', dockerHost: machineEngine });
  await waitFor(async () => (await scene.client.nodes.list()).items.filter((n) => n.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')).length === 2, { what: 'both nodes to be ready' });

  await scene.client.nodes.patch('drained', undefined, { spec: { unschedulable: true, drain: true } });
  const moved = await waitFor(
    async () => {
      const now = await scene.service('guest');
      return now.status?.node === 'host' && now.status.phase === 'Ready' ? now : undefined;
    },
    { what: 'the service to be ready on the other node', everyMs: 100 },
  );
  t.ok(moved);
  await waitFor(async () => (await scene.containers('guest', other.host)).length === 0, { what: 'the old container to go', everyMs: 200 });
  await scene.answers(port);
  const drained = async () => (await scene.client.nodes.get('drained')).status?.conditions?.some((c) => c.type === 'Drained' && c.status === 'True');
  await waitFor(drained, { what: 'the node to be called drained' });
});
