import { freePort, waitFor } from '@spawnit/testkit';
import { controllers } from '@spawnit/local';
import t from 'tap';
import { heldEngine } from './held-engine.js';
import { machineEngine, openScene } from './scene.js';

/** Why a run ends whose server is away: its lease, or before that tofu's tries to save its state. */
const gaveUp = new Set(['LeaseLost', 'StateConflict']);

t.test('an apiserver killed in the middle of an apply loses neither its state nor its result', { timeout: 600_000 }, async (t) => {
  const held = await heldEngine(t, machineEngine);
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: held.host }] });
  const port = await freePort();
  held.hold(/^POST .*\/containers\/create/);
  await scene.post('survivor', port);
  await held.held();
  await scene.star.process('apiserver').killNow();
  held.release();
  await waitFor(async () => (await scene.containers('survivor')).length === 1, { what: 'the container to be made' });
  const [made] = await scene.containers('survivor');
  await scene.star.startApiserver();

  await scene.phase('survivor', 'Ready');
  await scene.answers(port);
  const results = (await scene.jobs('survivor')).map((job) => job.status?.error?.cause ?? job.status?.phase);
  // On a slow machine the lease, or tofu's tries to save its state, may end before the server is back: then the run says so itself, and the next one finds all done.
  t.same(results.filter((result) => !gaveUp.has(result!)), ['Succeeded'], `what ran has its result: ${results}`);
  t.same(await scene.containers('survivor'), [made], 'it is the container that was made meanwhile');
  await scene.client.services.delete('survivor', scene.namespace);
  await waitFor(async () => (await scene.containers('survivor')).length === 0, { what: 'its state to be known well enough to destroy it' });
});

t.test('an apiserver that stays away until the agent gave its apply up still learns what was made: nothing is made again', { timeout: 600_000 }, async (t) => {
  const held = await heldEngine(t, machineEngine);
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: held.host }] });
  const port = await freePort();
  held.hold(/^POST .*\/containers\/create/);
  await scene.post('orphan', port);
  await held.held();
  await scene.star.process('apiserver').killNow();
  held.release();
  await waitFor(async () => (await scene.containers('orphan')).length === 1, { what: 'the container to be made' });
  const [made] = await scene.containers('orphan');
  const given = await waitFor(() => /"cause":"(\w+)","msg":"job ended"/.exec(scene.star.process('agent-1').tail(100))?.[1], { what: 'the agent to give the run up' });
  t.ok(gaveUp.has(given), given);
  await scene.star.startApiserver();

  await scene.phase('orphan', 'Ready');
  await scene.answers(port);
  t.same(await scene.containers('orphan'), [made], 'it is the container that was made while nobody could be told');
});

t.test('each controller, killed in turn, carries on where it was', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const ports = await Promise.all(controllers.map(() => freePort()));
  for (const [i, name] of controllers.entries()) {
    await scene.star.process(name).killNow();
    await scene.post(`after-${name}`, ports[i]!);
    scene.star.startController(name);
    await scene.phase(`after-${name}`, 'Ready');
    await scene.answers(ports[i]!);
  }
  t.pass('three services made across three crashes');
});
