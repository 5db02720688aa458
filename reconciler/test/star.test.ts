import { condition, type Client, type FinishRequest, type Job, type Service } from '@spawnit/contract';
import { startApiserver, startControllerProgram, startStandInAgent, waitFor, type Apiserver } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { defaultSpec, jobError, template } from './fixtures.js';

t.setTimeout(600_000);

/** Real apiserver, scheduler and reconciler; only the agent is a stand-in that ends each job as the test says. */
async function star(t: Test, end: (job: Job) => FinishRequest | undefined = succeed, { agent = true } = {}) {
  const api = await startApiserver(t);
  const client = api.client('admin');
  const [catalogued] = (await client.templates.list()).items;
  await client.templates.create({ ...template, spec: { ...template.spec, module: catalogued!.spec.module, abilities: ['docker'] } });
  await client.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  startControllerProgram(t, api, 'scheduler');
  if (agent) await startStandInAgent(t, api, { name: 'n1', slots: 8, onJob: end });
  return { api, client };
}

async function startReconciler(t: Test, api: Apiserver, env: Record<string, string> = {}) {
  const program = startControllerProgram(t, api, 'reconciler', { SPAWNIT_LOG_LEVEL: 'debug', ...env });
  await program.waitForLine(/"msg":"ready"/);
  return program;
}

function succeed(job: Job): FinishRequest {
  const plan = { add: 1, change: 0, destroy: 0, digest: 'abc', changes: [{ address: 'a.b', action: 'create' as const, fields: [] }] };
  return { phase: 'Succeeded', plan, stages: undefined, outputs: { url: { value: 'http://127.0.0.1:8080' } }, ...(job.spec.type === 'Destroy' && { remaining: 0, outputs: undefined }) };
}

function create(client: Client, name: string, spec: Partial<Service['spec']> = {}): Promise<Service> {
  return client.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'team' }, spec: { ...defaultSpec, ...spec } });
}

function reaches(client: Client, name: string, what: string, holds: (service: Service) => unknown): Promise<Service> {
  return waitFor(
    async () => {
      const service = await client.services.get(name, 'team');
      if (!holds(service)) throw new Error(`it is ${service.status?.phase}/${condition(service, 'Ready')?.reason}: ${condition(service, 'Ready')?.message}`);
      return service;
    },
    { what: `${name} to be ${what}` },
  );
}
const ready = (client: Client, name: string, generation: number) => reaches(client, name, `Ready at ${generation}`, ({ status }) => status?.phase === 'Ready' && status.applied?.generation === generation && !status.activeJob);

async function jobsOf(client: Client, service: string): Promise<Job[]> {
  return (await client.jobs.list({ namespace: 'team' })).items.filter((job) => job.spec.service === service);
}

t.test('a service is made, changed, suspended, resumed and deleted, and nothing of it is left', async (t) => {
  const { api, client } = await star(t);
  await startReconciler(t, api);
  await create(client, 'app');
  const first = await ready(client, 'app', 1);
  t.equal(first.status?.url, 'http://127.0.0.1:8080');
  t.equal(condition(first, 'Stalled')?.status, 'False');
  await client.services.patch('app', 'team', { spec: { environment: 'production' } });
  await ready(client, 'app', 2);
  const revisions = (await client.revisions.list({ namespace: 'team' })).items;
  t.same(revisions.map((each) => [each.metadata.name, each.spec.serviceSpec.environment]).sort(), [['app-1', 'development'], ['app-2', 'production']]);
  await client.services.patch('app', 'team', { spec: { suspend: true } });
  await reaches(client, 'app', 'Suspended', ({ status }) => status?.phase === 'Suspended');
  await client.services.patch('app', 'team', { spec: { suspend: false } });
  await ready(client, 'app', 4);
  t.same((await jobsOf(client, 'app')).map((job) => [job.spec.trigger, job.status?.phase]).sort(), [['Change', 'Succeeded'], ['Change', 'Succeeded'], ['Create', 'Succeeded']]);
  await client.services.delete('app', 'team');
  await waitFor(async () => (await client.services.list({ namespace: 'team' })).items.length === 0, { what: 'the record to go' });
  t.same(await jobsOf(client, 'app'), []);
  t.same((await client.revisions.list({ namespace: 'team' })).items, []);
  const told = (await client.events.list({ namespace: 'team' })).items.map((event) => event.reason);
  for (const reason of ['ApplyStarted', 'Applied', 'Ready', 'Suspended', 'Destroyed']) t.ok(told.includes(reason), reason);
});

t.test('failures are told and tried again; what waits for the service goes on when it is Ready, and goes before it', async (t) => {
  let failures = 1;
  const { api, client } = await star(t, (job) => (job.spec.service === 'db' && failures-- > 0 ? { phase: 'Failed', stages: undefined, error: jobError() } : succeed(job)));
  await startReconciler(t, api);
  await create(client, 'web', { dependsOn: ['db'] });
  await reaches(client, 'web', 'waiting', (service) => condition(service, 'Ready')?.reason === 'DependencyNotReady');
  await create(client, 'db');
  await waitFor(async () => (await jobsOf(client, 'db')).some((job) => job.status?.phase === 'Failed'), { what: 'the failure' });
  await ready(client, 'db', 1);
  await ready(client, 'web', 1);
  t.same((await jobsOf(client, 'db')).map((job) => job.spec.trigger).sort(), ['Create', 'Retry']);
  await client.services.delete('db', 'team');
  await reaches(client, 'db', 'held', (service) => condition(service, 'Ready')?.reason === 'DependantsExist');
  await client.namespaces.delete('team');
  await waitFor(async () => (await client.namespaces.list()).items.every(({ metadata }) => metadata.name !== 'team'), { what: 'both to go, and their namespace' });
  t.same((await client.jobs.list()).items, []);
});

t.test('nothing is applied before the plan is approved, and then just that plan', async (t) => {
  const { api, client } = await star(t);
  await startReconciler(t, api);
  await create(client, 'app', { approval: 'Manual' });
  const asked = await reaches(client, 'app', 'waiting for approval', (service) => condition(service, 'Ready')?.reason === 'ApprovalPending');
  t.same((await jobsOf(client, 'app')).map((job) => job.spec.type), ['Plan']);
  await client.services.patch('app', 'team', { status: { approval: { ...asked.status!.approval, approved: true } } }, { subresource: 'status' });
  await ready(client, 'app', 1);
  t.match((await jobsOf(client, 'app')).find((job) => job.spec.type === 'Apply')?.spec, { approvedPlan: 'abc', trigger: 'Approved' });
  await client.services.patch('app', 'team', { metadata: { annotations: { 'spawnit.dev/plan': 'x1' } } });
  await waitFor(async () => (await client.jobs.get('app-plan-x1', 'team')).status?.phase === 'Succeeded', { what: 'the plan that was asked for' });
  await ready(client, 'app', 1);
});

t.test('a reconciler that is killed while a job is under way takes in its end when it is back, without a second job', async (t) => {
  const { api, client } = await star(t, succeed, { agent: false });
  const reconciler = await startReconciler(t, api);
  await create(client, 'app');
  const waiting = await reaches(client, 'app', 'waiting for a node', (service) => condition(service, 'Scheduled')?.status === 'False' && condition(service, 'Ready')?.reason === condition(service, 'Scheduled')?.reason);
  t.equal(condition(waiting, 'Ready')?.message, condition(waiting, 'Scheduled')?.message);
  t.equal(waiting.status?.phase, 'Pending');
  reconciler.kill('SIGKILL');
  await reconciler.exited;
  await startStandInAgent(t, api, { name: 'n1', onJob: succeed });
  await waitFor(async () => (await jobsOf(client, 'app'))[0]?.status?.phase === 'Succeeded', { what: 'the job to end' });
  t.equal((await client.services.get('app', 'team')).status?.phase, 'Pending', 'nobody has taken it in');
  await startReconciler(t, api);
  await ready(client, 'app', 1);
  t.equal((await jobsOf(client, 'app')).length, 1);
});

t.test('even two reconcilers at once, without a leader, make no job twice', async (t) => {
  const { api, client } = await star(t);
  const all = { SPAWNIT_LEADER_ELECTION: 'false' };
  await Promise.all([startReconciler(t, api, all), startReconciler(t, api, all)]);
  const names = Array.from({ length: 20 }, (_, i) => `app-${i}`);
  await Promise.all(names.map((name) => create(client, name)));
  for (const name of names) await ready(client, name, 1);
  await Promise.all(names.map((name) => client.services.patch(name, 'team', { spec: { environment: 'staging' } })));
  for (const name of names) await ready(client, name, 2);
  for (const name of names) t.equal((await jobsOf(client, name)).length, 2, name);
});

t.test('services whose long names begin alike are told apart, by their revisions and by the plans that are asked for', async (t) => {
  const { api, client } = await star(t);
  await startReconciler(t, api);
  const names = ['blue', 'green'].map((end) => `shop-frontend-production-eu-central-first-floor-${end}`);
  await Promise.all(names.map((name) => create(client, name)));
  for (const name of names) await ready(client, name, 1);
  await Promise.all(names.map((name) => client.services.patch(name, 'team', { metadata: { annotations: { 'spawnit.dev/plan': 'build-42' } } })));
  const planned = async () => (await client.jobs.list({ namespace: 'team' })).items.filter((job) => job.metadata.name.endsWith('-plan-build-42') && job.status?.phase === 'Succeeded').length === 2;
  await waitFor(planned, { what: 'both plans' });
});

t.test('a service whose parameters fill a request is made, changed often and deleted, and nothing of it is left', async (t) => {
  const { api, client } = await star(t);
  const { metadata, ...rest } = await client.templates.get('web');
  const properties = { text: { type: 'string' }, note: { type: 'string' } };
  await client.templates.replace({ ...rest, metadata, spec: { ...rest.spec, parameters: { ...rest.spec.parameters, properties } } });
  await startReconciler(t, api);
  await create(client, 'app', { parameters: { text: 'x'.repeat(900_000) } });
  await ready(client, 'app', 1);
  await client.services.patch('app', 'team', { spec: { parameters: { note: 'changed' } } });
  await ready(client, 'app', 2);
  await client.services.delete('app', 'team');
  await waitFor(async () => (await client.services.list({ namespace: 'team' })).items.length === 0, { what: 'the record to go' });
  await waitFor(async () => (await client.revisions.list({ namespace: 'team' })).items.length === 0, { what: 'its revisions to go' });
});
