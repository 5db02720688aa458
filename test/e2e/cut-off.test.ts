import { agentPlan, StarProcess } from '@spawnit/local';
import { descendants, faultProxy, freePort, waitFor } from '@spawnit/testkit';
import { join } from 'node:path';
import t from 'tap';
import { heldEngine } from './held-engine.js';
import { machineEngine, openScene } from './scene.js';

t.test('an agent cut off from the API in the middle of an apply has ended its tofu before another begins, though its engine is in reach', { timeout: 600_000 }, async (t) => {
  const held = await heldEngine(t, machineEngine);
  const scene = await openScene(t, { agents: [] });
  const { dataDir, tofu } = scene.star.options;
  const link = await faultProxy({ target: scene.star.server, t });
  const cutOff = new StarProcess(agentPlan({ name: 'agent-cut', dockerHost: held.host }, dataDir, link.endpoint, tofu), join(dataDir, 'logs', 'agent-cut.log'));
  t.teardown(() => cutOff.stop());
  cutOff.start();
  const port = await freePort();
  held.hold(/^GET .*\/images\//);
  await scene.post('once', port);
  await held.held();
  t.ok(descendants(cutOff.pid!).length > 0, 'tofu is in the middle of it');
  link.blackHole();
  scene.star.startAgent({ name: 'agent-other', dockerHost: machineEngine });

  const before = (await scene.service('once')).status!.epoch!;
  await waitFor(async () => (await scene.service('once')).status!.epoch! > before, { what: 'its work to be taken from it' });
  t.same(descendants(cutOff.pid!), [], 'nothing of its run is left by then');
  t.same(await scene.containers('once'), [], 'and it has made nothing');
  held.release();
  const taken = await scene.phase('once', 'Ready');
  t.equal(taken.status?.node, 'agent-other');
  const made = await scene.containers('once');
  t.equal(made.length, 1);

  link.heal();
  const back = async () => (await scene.client.nodes.get('agent-cut')).status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True');
  await waitFor(back, { what: 'the agent that was cut off to be back', everyMs: 200 });
  t.same(await scene.containers('once'), made, 'the container is the other agent\'s still');
  const phases = (await scene.jobs('once')).map((job) => `${job.status?.node} ${job.status?.phase}`).sort();
  t.same(phases, ['agent-cut Lost', 'agent-other Succeeded']);
  t.same(scene.stored('once').filter((file) => file.startsWith('terraform.tfstate/') && !file.includes(`-${taken.status?.epoch}-`)), [], 'no state was written by the old epoch');
  await scene.answers(port);
});
