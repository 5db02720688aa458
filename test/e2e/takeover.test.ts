import { freePort, startDockerd, waitFor } from '@spawnit/testkit';
import { helloImage, skipped } from '@spawnit/local';
import t from 'tap';
import { machineEngine, openScene } from './scene.js';

t.test('when an agent and its engine die, an agent on another engine has the service answering; the old container goes when its engine returns', { timeout: 600_000, skip: skipped('second-engine') }, async (t) => {
  const lost = await startDockerd({ name: 'engine-lost', t });
  await lost.loadImage(helloImage);
  const scene = await openScene(t, { agents: [{ name: 'agent-lost', dockerHost: lost.host }] });
  const port = await freePort();
  await scene.post('moved', port);
  await scene.phase('moved', 'Ready');
  scene.star.startAgent({ name: 'agent-kept', dockerHost: machineEngine });

  await scene.star.process('agent-lost').killNow();
  await lost.kill();
  const killed = performance.now();
  await waitFor(async () => (await scene.containers('moved')).length === 1, { what: 'a container on the other engine', everyMs: 100 });
  await scene.answers(port);
  t.comment(`answering ${((performance.now() - killed) / 1000).toFixed(1)} s after the kill`);
  const moved = await scene.phase('moved', 'Ready');
  t.equal(moved.status?.node, 'agent-kept');

  await lost.restart();
  t.equal((await scene.containers('moved', lost.host)).length, 1, 'the old container is there when its engine returns');
  scene.star.startAgent({ name: 'agent-lost', dockerHost: lost.host });
  await waitFor(async () => (await scene.containers('moved', lost.host)).length === 0, { what: 'the old container to go', everyMs: 200 });
  t.equal((await scene.containers('moved')).length, 1, 'the new one stays');
});

t.test('an agent on the same engine takes a service over as it stands', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const port = await freePort();
  await scene.post('kept', port);
  const first = await scene.phase('kept', 'Ready');
  const [container] = await scene.containers('kept');

  await scene.star.process(first.status!.node!).killNow();
  const taken = await waitFor(
    async () => {
      const now = await scene.service('kept');
      return now.status?.node !== first.status?.node && now.status?.phase === 'Ready' ? now : undefined;
    },
    { what: 'the other agent to take it over', everyMs: 100 },
  );
  t.ok(taken.status!.epoch! > first.status!.epoch!, 'under a new epoch');
  t.same(await scene.containers('kept'), [container], 'the same container runs on');
  await scene.answers(port);
});
