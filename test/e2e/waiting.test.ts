import { condition, type Node } from '@spawnit/contract';
import { freePort, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { machineEngine, openScene } from './scene.js';

t.test('a service that no node may take says what is missing, and is made as soon as there is one that may', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { agents: [{ name: 'plain', dockerHost: machineEngine }] });
  const ready = async (name: string) => condition(await scene.client.nodes.get(name), 'Ready')?.status === 'True';
  await waitFor(() => ready('plain'), { what: 'the agent to be ready' });
  const port = await freePort();
  await scene.post('choosy', port, { placement: { nodeSelector: { disk: 'ssd' }, tolerations: [] } });
  const waiting = await waitFor(
    async () => {
      const now = await scene.service('choosy');
      return condition(now, 'Scheduled')?.status === 'False' ? now : undefined;
    },
    { what: 'it to say why it waits' },
  );
  t.match(condition(waiting, 'Scheduled')?.message, /disk=ssd/, 'the label that no node has is named');
  t.equal(waiting.status?.phase, 'Pending');
  // The scheduler has said it; the reconciler says it after it.
  const whereLookedFirst = async () => /disk=ssd/.test(condition(await scene.service('choosy'), 'Ready')?.message ?? '');
  await waitFor(whereLookedFirst, { what: 'it to say so where people look first, too' });

  scene.star.startAgent({ name: 'fast', dockerHost: machineEngine, labels: 'disk=ssd' });
  t.equal((await scene.phase('choosy', 'Ready')).status?.node, 'fast');
  await scene.answers(port);
});

t.test('a cordoned node gets nothing new and keeps what it has', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { agents: [{ name: 'only', dockerHost: machineEngine }] });
  const port = await freePort();
  await scene.post('before', port);
  await scene.phase('before', 'Ready');
  const cordon = (unschedulable: boolean): Promise<Node> => scene.client.nodes.patch('only', undefined, { spec: { unschedulable } });
  await cordon(true);
  await scene.post('after', await freePort());
  const waits = async () => /cordoned/.test(condition(await scene.service('after'), 'Scheduled')?.message ?? '');
  await waitFor(waits, { what: 'it to say that the node is cordoned' });
  t.same(await scene.containers('after'), []);
  await scene.answers(port);
  await cordon(false);
  await scene.phase('after', 'Ready');
});
