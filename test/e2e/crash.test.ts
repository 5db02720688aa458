import { freePort, waitFor } from '@spawnit/testkit';
import { controllers } from '@spawnit/local';
import t from 'tap';
import { heldEngine } from './held-engine.js';
import { machineEngine, openScene } from './scene.js';

t.test('an apiserver killed in the middle of an apply loses neither its state nor its result', { timeout: 180_000 }, async (t) => {
  const held = await heldEngine(t, machineEngine);
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: held.host }] });
  const port = await freePort();
  held.hold(/^POST .*\/containers\/create/);
  await scene.post('survivor', port);
  await held.held();
  await scene.star.process('apiserver').killNow();
  held.release();
  await scene.star.startApiserver();

  await scene.phase('survivor', 'Ready');
  await scene.answers(port);
  const jobs = await scene.jobs('survivor');
  t.same(jobs.map((j) => j.status?.phase), ['Succeeded'], 'the one job that ran has its result');
  t.equal((await scene.containers('survivor')).length, 1);
  await scene.client.services.delete('survivor', scene.namespace);
  await waitFor(async () => (await scene.containers('survivor')).length === 0, { what: 'its state to be known well enough to destroy it', timeoutMs: 60_000 });
});

t.test('each controller, killed in turn, carries on where it was', { timeout: 240_000 }, async (t) => {
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
