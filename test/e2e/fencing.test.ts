import { freePort, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { heldEngine } from './held-engine.js';
import { machineEngine, openScene } from './scene.js';
import { performance } from 'node:perf_hooks';

const stoppedForMs = 40_000;

t.test('an agent stopped for 40 s in the middle of an apply changes nothing when it goes on', { timeout: 600_000 }, async (t) => {
  const held = await heldEngine(t, machineEngine);
  const scene = await openScene(t, { agents: [{ name: 'agent-stopped', dockerHost: held.host }] });
  const port = await freePort();
  held.hold(/^GET .*\/images\//);
  await scene.post('once', port);
  await held.held();
  scene.star.process('agent-stopped').kill('SIGSTOP');
  const stopped = performance.now();
  held.release();
  scene.star.startAgent({ name: 'agent-other', dockerHost: machineEngine });

  const taken = await waitFor(
    async () => {
      const now = await scene.service('once');
      return now.status?.phase === 'Ready' ? now : undefined;
    },
    { what: 'the other agent to make it', everyMs: 200 },
  );
  t.equal(taken.status?.node, 'agent-other');
  const [container] = await scene.containers('once');
  await waitFor(() => performance.now() - stopped > stoppedForMs, { what: `${stoppedForMs / 1000} s to have passed since the stop`, timeoutMs: stoppedForMs, everyMs: 500 });

  scene.star.process('agent-stopped').kill('SIGCONT');
  const back = async () => (await scene.client.nodes.get('agent-stopped')).status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True');
  await waitFor(back, { what: 'the stopped agent to be back', everyMs: 200 });
  t.same(await scene.containers('once'), [container], 'there is exactly one container, the other agent\'s');
  const jobs = await scene.jobs('once');
  t.equal(jobs.filter((j) => j.status?.phase === 'Lost').length, 1, 'the stopped job is lost');
  t.equal((await scene.service('once')).status?.epoch, taken.status?.epoch, 'the epoch is the other agent\'s still');
  const written = scene.stored('once').filter((file) => file.startsWith('terraform.tfstate/')).map((file) => Number(file.match(/\/\d+-(\d+)-/)?.[1]));
  t.ok(written.length > 0);
  t.same(written.filter((epoch) => epoch !== taken.status?.epoch), [], 'no state was written by the old epoch');
  await scene.answers(port);
  await scene.phase('once', 'Ready');
});
