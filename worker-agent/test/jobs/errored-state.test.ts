import { spawnProgram, waitFor, type Program, type Teardown } from '@spawnit/testkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { agentConfig, jobFor, serviceFor } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(120_000);

function start(t: Teardown, config: unknown): Program {
  return spawnProgram({ name: 'agent', entry: fileURLToPath(new URL('../programs/agent.js', import.meta.url)), args: [JSON.stringify(config)], t });
}

async function kill(agent: Program): Promise<void> {
  agent.kill('SIGKILL');
  await agent.exited;
}

t.test('a state that could not be written outlives every agent that is killed before it is taken', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = agentConfig(t, api.url);
  const inputs = await serviceFor(t, api);
  const job = jobFor(inputs);
  const left = join(config.dataDir, 'workdirs/services', inputs.serviceUid, inputs.root, 'errored.tfstate');
  Object.assign(api, { refuseStates: true, refuseRecovered: true });
  const first = start(t, config);
  api.assign(job, { type: 'Apply', inputs });
  await waitFor(() => existsSync(left), { what: 'tofu to leave its state', timeoutMs: 60_000, everyMs: 1 });
  await kill(first);

  // The next agent brings it at once, and is killed while nobody takes it.
  const before = api.brought;
  const second = start(t, config);
  await waitFor(() => api.brought > before, { what: 'the state to be brought', timeoutMs: 30_000 });
  await kill(second);

  Object.assign(api, { refuseStates: false, refuseRecovered: false });
  start(t, config);
  const finish = await waitFor(() => api.finished.get(`${inputs.namespace}/${job.metadata.name}`), { what: 'the job to end', timeoutMs: 60_000 });
  t.match(api.recovered[0], /docker_container/, 'it was handed in');
  t.ok(finish, 'before the result');
  t.notOk(existsSync(left), 'and lies there no more');
});
