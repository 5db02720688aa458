import { spawnProgram, waitFor, type Program, type Teardown } from '@spawnit/testkit';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { agentConfig, jobFor, serviceFor } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

function start(t: Teardown, config: unknown): Program {
  return spawnProgram({ name: 'agent', entry: fileURLToPath(new URL('../programs/agent.js', import.meta.url)), args: [JSON.stringify(config)], t });
}

async function kill(agent: Program): Promise<void> {
  agent.kill('SIGKILL');
  await agent.exited;
}

/** An agent whose run ends with a state that nobody takes; gives it, and where the state was left. */
async function withLeftState(t: Teardown) {
  const api = await startApiserverStandIn(t);
  const config = agentConfig(t, api.url);
  const inputs = await serviceFor(t, api);
  const job = jobFor(inputs);
  const workdir = join(config.dataDir, 'workdirs/services', inputs.serviceUid);
  const left = join(workdir, inputs.root, 'errored.tfstate');
  Object.assign(api, { refuseStates: true, refuseRecovered: true });
  const agent = start(t, config);
  api.assign(job, { type: 'Apply', inputs });
  // Whole: who is killed while it is being written leaves half of it.
  await waitFor(() => JSON.parse(readFileSync(left, 'utf8')) as unknown, { what: 'tofu to leave its state', everyMs: 1 });
  return { api, config, inputs, job, workdir, left, agent };
}

t.test('a state that could not be written outlives every agent that is killed before it is taken', async (t) => {
  const { api, config, inputs, job, left, agent: first } = await withLeftState(t);
  await kill(first);

  // The work comes back to this node under another epoch; the next agent brings it at once, and is killed while nobody takes it.
  const before = api.brought;
  api.assign(job, { type: 'Apply', inputs: { ...inputs, epoch: inputs.epoch + 1 } });
  const second = start(t, config);
  await waitFor(() => api.brought > before, { what: 'the state to be brought' });
  await kill(second);

  Object.assign(api, { refuseStates: false, refuseRecovered: false });
  start(t, config);
  const finish = await waitFor(() => api.finished.get(`${inputs.namespace}/${job.metadata.name}`), { what: 'the job to end' });
  t.match(api.recovered[0], /docker_container/, 'it was handed in');
  t.equal(api.recoveredOf[0], String(inputs.epoch), 'as what the first run has left');
  t.ok(finish, 'before the result');
  t.notOk(existsSync(left), 'and lies there no more');
});

t.test('a state that was not handed in is brought also when the result is not ours to report any more', async (t) => {
  const { api, inputs, job, left } = await withLeftState(t);
  await waitFor(() => !existsSync(left), { what: 'the state to be in the spool' });
  api.revoked = [`${inputs.namespace}/${job.metadata.name}`];
  const told = api.heartbeats.length;
  await waitFor(() => api.heartbeats.length > told + 1, { what: 'the agent to be told that the job is given to another' });
  t.same(api.recovered, []);
  api.refuseRecovered = false;
  await waitFor(() => api.recovered.length > 0, { what: 'the state to be brought' });
  t.match(api.recovered[0], /docker_container/, 'it may be all that knows what was made');
});

t.test('the workdir of a service that has moved away goes after what was left in it has been brought', async (t) => {
  const { api, config, inputs, job, workdir, agent } = await withLeftState(t);
  await kill(agent);
  api.assign({ ...job, status: { ...job.status!, phase: 'Lost' } }, { type: 'Apply', inputs });
  api.inventory = { uids: [], namespaces: [] };
  const before = api.brought;
  start(t, config);
  await waitFor(() => api.brought > before, { what: 'the state to be brought' });
  t.ok(existsSync(workdir), 'it stays as long as nobody takes it');
  api.refuseRecovered = false;
  await waitFor(() => !existsSync(workdir), { what: 'the workdir to be removed' });
  t.match(api.recovered[0], /docker_container/);
  t.equal(api.recoveredOf[0], String(inputs.epoch));
});

t.test('a destroy takes away what only a state knows that was left on the node', async (t) => {
  const { api, config, inputs, job, agent } = await withLeftState(t);
  await kill(agent);
  api.assign({ ...job, status: { ...job.status!, phase: 'Lost' } }, { type: 'Apply', inputs });
  Object.assign(api, { refuseStates: false, refuseRecovered: false });
  // As the server answers a claim while it has no state.
  const destroy = jobFor(inputs, 'Destroy');
  api.assign(destroy, { type: 'Destroy', inputs: { ...inputs, epoch: inputs.epoch + 1 } });
  start(t, config);
  const finish = await waitFor(() => api.finished.get(`${inputs.namespace}/${destroy.metadata.name}`), { what: 'the destroy to end' });
  t.match(finish, { phase: 'Succeeded', remaining: 0 });
  t.match(api.recovered[0], /docker_container/);
  const { resources } = JSON.parse(api.states.get(`${inputs.namespace}/${inputs.service}`)!.text) as { resources: unknown[] };
  t.strictSame(resources, [], 'else its record could never be dropped');
});
