import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { docker, processesNaming, spawnProgram, waitFor, type Teardown } from '@spawnit/testkit';
import t from 'tap';
import type { AgentConfig } from '../../src/config.js';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, jobFor, runJob, serviceFor, slowBundle } from '../deployment.js';
import { startApiserverStandIn, type ApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';
import { fakeTofu } from '../stand-ins/path.js';

/** Long enough for a heartbeat to be answered in time on a machine that is busy. */
const quick = { heartbeatMs: 200, stopMs: 3_000, gateMs: 4_000, killMs: 5_000, logMs: 500 };
const containersOf = (namespace: string) => docker(['ps', '--quiet', '--filter', `label=spawnit.dev/namespace=${namespace}`]);
const volumesOf = (namespace: string) => docker(['volume', 'ls', '--quiet', '--filter', `label=spawnit.dev/namespace=${namespace}`]);

function withQuickLease(config: AgentConfig): AgentConfig {
  return { ...config, times: { ...config.times, ...quick } };
}

function spawnAgent(t: Teardown, config: AgentConfig) {
  return spawnProgram({ name: 'agent', entry: fileURLToPath(new URL('../programs/agent.js', import.meta.url)), args: [JSON.stringify(config)], t });
}

async function slowJob(t: Teardown, api: ApiserverStandIn, seconds: number) {
  const inputs = await serviceFor(t, api, {}, slowBundle(seconds));
  const job = jobFor(inputs);
  api.assign(job, { type: 'Apply', inputs });
  await waitFor(async () => (await containersOf(inputs.namespace)) !== '', { what: 'the first resource to be under way' });
  return { inputs, job, key: `${inputs.namespace}/${job.metadata.name}` };
}

// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

t.test('an agent that was stopped for longer than its lease changes nothing when it goes on, and its tofu is gone', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = withQuickLease(agentConfig(t, api.url));
  const agent = spawnAgent(t, config);
  const { inputs, job, key } = await slowJob(t, api, 8);
  agent.kill('SIGSTOP');
  const stopped = performance.now();
  const before = api.heartbeats.length;
  // Its tofu was not stopped: what it waits for ends, and what comes next it has to ask the gate for.
  await waitFor(async () => performance.now() - stopped > quick.killMs && (await containersOf(inputs.namespace)) === '', { what: 'the first resource to be done, and the lease to be over' });
  api.revoked = [key];
  api.assign({ ...job, status: { ...job.status!, phase: 'Lost' } }, { type: 'Apply', inputs });
  agent.kill('SIGCONT');
  await waitFor(() => api.heartbeats.length > before + 2 && api.heartbeats.at(-1)?.running.length === 0, { what: 'it to have its lease again, and let the job go' });
  t.equal(await volumesOf(inputs.namespace), '', 'the second resource was never made');
  t.same(processesNaming(config.dataDir).filter(({ command }) => command.startsWith(config.tofu)), [], 'no tofu is left');
  t.notOk(api.finished.has(key), 'nothing was taken from it');
});

t.test('what a remote provider is called by, past any gate, ends with the lease also while the agent stands still', async (t) => {
  const api = await startApiserverStandIn(t);
  const base = agentConfig(t, api.url, { tofu: fakeTofu('that-goes-on') });
  const config = withQuickLease(base);
  const agent = spawnAgent(t, config);
  t.teardown(() => agent.kill('SIGCONT'));
  const inputs = await serviceFor(t, api, { binding: 'Remote' });
  const job = jobFor(inputs);
  api.assign(job, { type: 'Apply', inputs });
  const left = () => processesNaming('fake-tofu-that-goes-on').filter(({ command }) => command.includes(' apply'));
  await waitFor(() => left().length > 0, { what: 'the apply to be under way' });
  agent.kill('SIGSTOP');
  await waitFor(() => left().length === 0, { what: 'it to be gone, though nobody is there to end it' });
  agent.kill('SIGCONT');
  const finish = await waitFor(() => api.finished.get(`${inputs.namespace}/${job.metadata.name}`), { what: 'the result to be reported' });
  t.match(finish, { phase: 'Failed', error: { retryable: true } });
});

t.test('an agent that can not renew its lease asks tofu to stop, and reports when it can again', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = withQuickLease(agentConfig(t, api.url));
  startAgent(t, config);
  const { inputs, key } = await slowJob(t, api, 600);
  const applies = () => processesNaming(config.dataDir).filter(({ command }) => command.startsWith(config.tofu) && command.includes('apply'));
  t.not(applies().length, 0);
  api.silent = true;
  await waitFor(() => applies().length === 0, { what: 'tofu to be ended' });
  t.notOk(api.finished.has(key));
  api.silent = false;
  const finish = await waitFor(() => api.finished.get(key), { what: 'the result to be reported' });
  t.match(finish, { phase: 'Failed', error: { cause: 'LeaseLost', retryable: true } });
  t.equal(await volumesOf(inputs.namespace), '');
});

t.test('what a balancer without servers answers is no word of theirs: the node stays a member, and its work goes on', async (t) => {
  const api = await startApiserverStandIn(t);
  const agent = startAgent(t, agentConfig(t, api.url));
  const { key } = await slowJob(t, api, 3);
  api.replaced = true;
  await waitFor(() => agent.lines.some((line) => /heartbeat not acknowledged/.test(line)), { what: 'a heartbeat to be answered by another' });
  const before = api.answeredInItsPlace;
  await waitFor(() => api.answeredInItsPlace > before + 1, { what: 'it to be answered once more' });
  api.replaced = false;
  const finish = await waitFor(() => api.finished.get(key), { what: 'the result' });
  t.equal(finish.phase, 'Succeeded', JSON.stringify(finish.error));
  t.equal(api.joins.length, 1);
});

t.test('a tofu that does not stop is killed with its whole group', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = withQuickLease(agentConfig(t, api.url, { tofu: fakeTofu('that-hangs') }));
  startAgent(t, config);
  const inputs = await serviceFor(t, api);
  api.assign(jobFor(inputs), { type: 'Apply', inputs });
  const hanging = () => processesNaming('fake-tofu-that-hangs').filter(({ command }) => command.includes(config.dataDir));
  await waitFor(() => hanging().length > 0, { what: 'it to hang' });
  api.silent = true;
  await waitFor(() => hanging().length === 0, { what: 'it to be killed' });
});

t.test('nothing new is begun without a lease', async (t) => {
  const api = await startApiserverStandIn(t);
  const agent = startAgent(t, withQuickLease(agentConfig(t, api.url)));
  await waitFor(() => api.heartbeats.length > 0, { what: 'the first heartbeat' });
  api.refuseHeartbeats = true;
  await waitFor(() => agent.lines.some((line) => /"to":"over"/.test(line)), { what: 'the lease to be over' });
  const inputs = await serviceFor(t, api);
  const job = jobFor(inputs);
  api.assign(job, { type: 'Apply', inputs });
  const refused = api.refusedHeartbeats;
  await waitFor(() => api.refusedHeartbeats > refused + 5, { what: 'it to have had time enough' });
  t.equal(api.claims, 0);
  t.equal(agent.lines.filter((line) => /heartbeat not acknowledged/.test(line)).length, 1, 'told once, not each second');
  api.refuseHeartbeats = false;
  await waitFor(() => agent.lines.some((line) => /heartbeat acknowledged again/.test(line)), { what: 'the end of it to be told' });
  await waitFor(() => api.finished.get(`${inputs.namespace}/${job.metadata.name}`), { what: 'the job to be done after all' });
});

t.test('a result that could not be reported is reported by the next agent of the node', async (t) => {
  const api = await startApiserverStandIn(t);
  const base = agentConfig(t, api.url);
  // The apply may take longer than a lease; only what becomes of its result is looked at here.
  const config = { ...base, times: { ...base.times, stopMs: 500_000, gateMs: 510_000, killMs: 520_000, logMs: 500 } };
  const agent = spawnAgent(t, config);
  const inputs = await serviceFor(t, api);
  const job = jobFor(inputs);
  const key = `${inputs.namespace}/${job.metadata.name}`;
  api.assign(job, { type: 'Apply', inputs });
  await waitFor(() => api.progress.some(({ stages }) => stages?.at(-1)?.name === 'apply'), { what: 'the apply to begin' });
  api.silent = 'but states';
  await agent.waitForLine(/"job ended"/);
  agent.kill('SIGKILL');
  await agent.exited;
  t.notOk(api.finished.has(key));
  api.silent = false;
  const beats = api.heartbeats.length;
  const next = startAgent(t, config);
  await waitFor(() => api.heartbeats.length > beats, { what: 'the next agent to be there' });
  t.match(api.finished.get(key), { phase: 'Succeeded', plan: { add: 3 } }, 'before its first heartbeat');
  t.notOk(next.lines.some((line) => line.includes('job started')), 'it is not run again');
});

t.test('a node that was deleted joins again; its credential is for its user only, and used again by the next start', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = withQuickLease(agentConfig(t, api.url));
  const agent = startAgent(t, config);
  await waitFor(() => api.heartbeats.length > 0, { what: 'the first heartbeat' });
  api.refuseNode = true;
  await waitFor(() => api.joins.length === 2, { what: 'it to join again' });
  const beats = api.heartbeats.length;
  await waitFor(() => api.heartbeats.length > beats, { what: 'heartbeats again' });
  await agent.stop();
  t.equal(statSync(`${config.dataDir}/credential.json`).mode & 0o777, 0o600);
  startAgent(t, { ...config, joinToken: undefined });
  const after = api.heartbeats.length;
  await waitFor(() => api.heartbeats.length > after, { what: 'the next agent, without a join token' });
  t.equal(api.joins.length, 2);
  t.match((await runJob(api, await serviceFor(t, api), 'Apply')).finish, { phase: 'Succeeded' });
});
