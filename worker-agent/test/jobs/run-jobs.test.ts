import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { docker, waitFor } from '@spawnit/testkit';
import { helloImage } from '@spawnit/local';
import t from 'tap';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, jobFor, moduleBundle, runJob, serviceFor, slowBundle } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

const containersOf = (namespace: string) => docker(['ps', '--all', '--format', '{{.Names}}', '--filter', `label=spawnit.dev/namespace=${namespace}`]);

// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

t.test('services of one module are initialised once', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const first = await runJob(api, await serviceFor(t, api), 'Apply');
  const second = await runJob(api, await serviceFor(t, api), 'Apply');
  const names = (finish: typeof first.finish) => finish.stages?.map(({ name }) => name);
  t.same(names(first.finish), ['init', 'apply', 'verify']);
  t.same(names(second.finish), ['apply', 'verify']);
  t.equal(second.finish.phase, 'Succeeded');
});

t.test('what a run that died left, and no state knows, does not stand in the way of the next', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const labels = { managed: 'true', cluster: api.cluster, namespace: inputs.namespace, service: inputs.service, uid: inputs.serviceUid };
  const args = Object.entries(labels).flatMap(([key, value]) => ['--label', `spawnit.dev/${key}=${value}`]);
  await docker(['create', '--name', `${inputs.namespace}.${inputs.service}`, ...args, helloImage]);
  const { finish, log } = await runJob(api, inputs, 'Apply');
  t.equal(finish.phase, 'Succeeded', JSON.stringify(finish.error));
  t.match(log, /removed container .*, which an earlier run had left/);
});

t.test('a container of the same name that is not ours is left alone, and said', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  await docker(['create', '--name', `${inputs.namespace}.${inputs.service}`, '--label', `spawnit.dev/namespace=${inputs.namespace}`, helloImage]);
  const { finish } = await runJob(api, inputs, 'Apply');
  t.match(finish, { phase: 'Failed', error: { cause: 'NameInUse', retryable: true } });
});

t.test('what another SpawnIt has on the same engine under the same name is neither taken over nor removed, and said', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const volume = `${inputs.namespace}.${inputs.service}.data`;
  const labels = { managed: 'true', cluster: 'another', namespace: inputs.namespace, service: inputs.service, uid: randomUUID() };
  await docker(['volume', 'create', ...Object.entries(labels).flatMap(([key, value]) => ['--label', `spawnit.dev/${key}=${value}`]), volume]);
  t.teardown(() => docker(['volume', 'rm', '--force', volume]));
  const { finish } = await runJob(api, { ...inputs, variables: { ...inputs.variables, volumes: [{ container_path: '/data', name: 'data' }] } }, 'Apply');
  t.match(finish, { phase: 'Failed', error: { cause: 'NameInUse', summary: `volume ${volume} is there already: another SpawnIt (cluster another) made it for its own service ${inputs.namespace}/${inputs.service}` } });
  t.equal(await containersOf(inputs.namespace), '', 'nothing was made beside it');
  await runJob(api, inputs, 'Destroy');
  t.equal(await docker(['volume', 'ls', '--quiet', '--filter', `name=${volume}`]), volume, 'and it outlives the service that could not have it');
});

t.test('an image that is not to be had fails with the words of the engine', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const { finish } = await runJob(api, { ...inputs, variables: { ...inputs.variables, image: '127.0.0.1:1/none:1' } }, 'Apply');
  t.match(finish, { phase: 'Failed', error: { cause: 'ImagePull', summary: /connection refused/, retryable: true } });
});

t.test('a container that ends right after its start is a failure', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const variables = { ...inputs.variables, ports: [], command: ['/bin/busybox', 'false'], restart: 'no' };
  const { finish } = await runJob(api, { ...inputs, variables }, 'Apply');
  t.match(finish, { phase: 'Failed', error: { cause: 'Crashed', retryable: true, summary: /ended with 1/ } });
});

t.test('a plan is reported field by field and changes nothing; approved, only that very plan is applied', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const planKey = 'of the service';
  const planned = await runJob(api, inputs, 'Plan', { planKey });
  t.match(planned.finish, { phase: 'Succeeded', plan: { add: 3 } });
  t.equal(await containersOf(inputs.namespace), '');
  const other = { ...inputs, variables: { ...inputs.variables, hostname: 'other' } };
  const refused = await runJob(api, other, 'Apply', { planKey, approvedPlan: planned.finish.plan?.digest });
  t.match(refused.finish, { phase: 'Failed', error: { cause: 'PlanChanged', retryable: false } });
  t.equal(await containersOf(inputs.namespace), '');
  const applied = await runJob(api, inputs, 'Apply', { planKey, approvedPlan: planned.finish.plan?.digest });
  t.equal(applied.finish.phase, 'Succeeded', JSON.stringify(applied.finish.error));
  t.not(await containersOf(inputs.namespace), '');
});

t.test('a restart makes the container anew once, however often its job is given out, also to an agent that was started anew', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = agentConfig(t, api.url);
  const first = startAgent(t, config);
  const inputs = await serviceFor(t, api);
  const id = async () => docker(['inspect', '--format', '{{.Id}}', `${inputs.namespace}.${inputs.service}`]);
  const restart = async (restartOrder: string, type: 'Plan' | 'Apply' = 'Apply') => {
    const { finish } = await runJob(api, inputs, type, { restart: true, restartOrder });
    t.equal(finish.phase, 'Succeeded', JSON.stringify(finish.error));
    return finish.plan?.changes.map(({ action }) => action);
  };
  await runJob(api, inputs, 'Apply');
  const before = await id();
  t.same(await restart('j/1', 'Plan'), ['replace'], 'to plan it is not to do it');
  t.same(await restart('j/1'), ['replace']);
  const made = await id();
  t.not(made, before);
  await first.stop();
  startAgent(t, config);
  t.same(await restart('j/1'), []);
  t.equal(await id(), made);
  t.same(await restart('j/2'), ['replace'], 'another order');
  t.not(await id(), made);
});

t.test('a secret is in the container and nowhere else: not in log, result, progress, nor on the disk', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = agentConfig(t, api.url);
  startAgent(t, config);
  const inputs = await serviceFor(t, api);
  const canary = `canary-${randomUUID()}`;
  const { finish, log } = await runJob(api, { ...inputs, secret: { secret_env: { PASSWORD: canary } } }, 'Apply');
  t.equal(finish.phase, 'Succeeded', JSON.stringify(finish.error));
  t.match(await docker(['inspect', `${inputs.namespace}.${inputs.service}`]), canary);
  t.notMatch(JSON.stringify([finish, log, api.progress]), canary);
  t.equal(spawnSync('grep', ['--recursive', '--quiet', canary, config.dataDir]).status, 1, 'no file has it');
});

t.test('a secret that its module shows openly is masked in what is reported', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const canary = `canary-${randomUUID().slice(0, 8)}`;
  const { finish, log } = await runJob(api, { ...inputs, secret: { hostname: canary } }, 'Plan');
  t.match(finish.plan?.changes.find(({ address }) => address === 'docker_container.this')?.fields.find(({ field }) => field === 'hostname'), { after: '"(sensitive)"' });
  t.notMatch(JSON.stringify([finish, log, api.progress]), canary);
});

t.test('a cancelled job ends gracefully: what was begun is finished and known, the rest is not begun', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api, {}, slowBundle(4));
  const job = jobFor(inputs);
  const key = `${inputs.namespace}/${job.metadata.name}`;
  api.assign(job, { type: 'Apply', inputs });
  await waitFor(async () => (await containersOf(inputs.namespace)) !== '', { what: 'the first resource to be under way' });
  api.assign({ ...job, spec: { ...job.spec, cancel: true }, status: { ...job.status!, phase: 'Running' } }, { type: 'Apply', inputs });
  const finish = await waitFor(() => api.finished.get(key), { what: 'the job to end' });
  t.match(finish, { phase: 'Cancelled', error: { cause: 'Cancelled' } });
  t.match(api.states.get(`${inputs.namespace}/${inputs.service}`)?.text, /docker_container/, 'the state was saved');
  t.equal(await docker(['volume', 'ls', '--quiet', '--filter', `label=spawnit.dev/namespace=${inputs.namespace}`]), '');
});

t.test('a revoked job is ended at once and never reported', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = agentConfig(t, api.url);
  const agent = startAgent(t, { ...config, times: { ...config.times, heartbeatMs: 200 } });
  const inputs = await serviceFor(t, api, {}, slowBundle(60));
  const job = jobFor(inputs);
  const key = `${inputs.namespace}/${job.metadata.name}`;
  api.assign(job, { type: 'Apply', inputs });
  await waitFor(async () => (await containersOf(inputs.namespace)) !== '', { what: 'the first resource to be under way' });
  api.assign({ ...job, status: { ...job.status!, phase: 'Lost' } }, { type: 'Apply', inputs });
  api.revoked = [key];
  await waitFor(() => agent.lines.some((line) => line.includes('job left to others')), { what: 'the job to be let go' });
  await waitFor(() => api.heartbeats.at(-1)?.running.length === 0, { what: 'it not to be named any more' });
  t.notOk(api.finished.has(key));
});

t.test('a state that could not be written is handed in by the way for that, before the result', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  api.refuseStates = true;
  const { finish } = await runJob(api, inputs, 'Apply');
  t.match(finish, { phase: 'Failed', error: { cause: 'StateConflict', retryable: true } });
  t.match(api.recovered[0], /docker_container/);
});

t.test('a broken workdir is made anew and the job goes on', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = agentConfig(t, api.url);
  startAgent(t, config);
  const inputs = await serviceFor(t, api);
  t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  rmSync(`${config.dataDir}/workdirs/services/${inputs.serviceUid}/${inputs.root}/.terraform/providers`, { recursive: true });
  const { finish } = await runJob(api, inputs, 'Apply');
  t.equal(finish.phase, 'Succeeded', JSON.stringify(finish.error));
});

t.test('a bundle that is not what its digest says is not run', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const bundle = moduleBundle();
  api.bundles.set(inputs.module, { ...bundle, files: { ...bundle.files, 'instance/evil.tf': 'output "x" { value = 1 }' } });
  const { finish } = await runJob(api, inputs, 'Apply');
  t.match(finish, { phase: 'Failed', error: { cause: 'Configuration', summary: /another digest/ } });
});
