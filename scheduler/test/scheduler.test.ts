import t from 'tap';
import { condition, type Client, type Job, type Node, type Service } from '@spawnit/contract';
import { startApiserver, startControllerProgram, startStandInAgent, waitFor } from '@spawnit/testkit';

t.test('the scheduler beside a real apiserver and reconciler, with stand-ins for agents', { timeout: 110_000 }, async (all) => {
  const api = await startApiserver(all, { store: 'files' });
  const admin = api.client('admin');
  startControllerProgram(all, api, 'reconciler');
  let scheduler = startControllerProgram(all, api, 'scheduler');

  await all.test('a service waits while no node can take it, says why, and goes on when one joins', async (t) => {
    await create(admin, 'first', { placement: { nodeSelector: { disk: 'ssd' } } });
    await scheduledAs(admin, 'first', 'False', /^there is no node: start a worker-agent/);
    await startStandInAgent(all, api, { name: 'n1' });
    await scheduledAs(admin, 'first', 'False', /^0\/1 nodes can take it: 1 does not match the node selector disk=ssd$/);
    await startStandInAgent(all, api, { name: 'n2', labels: { disk: 'ssd' } });
    const ready = await phaseOf(admin, 'first', 'Ready');
    t.match(ready.status, { node: 'n2', engine: 'engine-n2' });
    t.equal(condition(ready, 'Scheduled')?.status, 'True');
    const [job] = await jobsOf(admin, 'first');
    t.match(job?.status, { phase: 'Succeeded', node: 'n2', epoch: ready.status!.epoch });
    t.equal(job?.status?.message, undefined, 'that it waited is forgotten');
  });

  await all.test('a cordoned node is given nothing new', async (t) => {
    await admin.nodes.patch('n2', undefined, { spec: { unschedulable: true } });
    await waitFor(async () => (await admin.nodes.get('n2')).spec.unschedulable, { what: 'the cordon' });
    for (const name of ['second', 'third']) await create(admin, name);
    for (const name of ['second', 'third']) t.equal((await phaseOf(admin, name, 'Ready')).status?.node, 'n1');
    await admin.nodes.patch('n2', undefined, { spec: { unschedulable: false } });
  });

  await all.test('it is killed and carries on', async (t) => {
    scheduler.kill('SIGKILL');
    await scheduler.exited;
    await create(admin, 'fourth');
    scheduler = startControllerProgram(all, api, 'scheduler');
    t.equal((await phaseOf(admin, 'fourth', 'Ready')).status?.phase, 'Ready');
  });

  await all.test('the apiserver is killed and it carries on', async (t) => {
    await api.restart();
    await create(admin, 'fifth');
    t.equal((await phaseOf(admin, 'fifth', 'Ready', 30_000)).status?.phase, 'Ready');
  });

  await all.test('a drained node is emptied, and says so', async (t) => {
    await admin.nodes.patch('n1', undefined, { spec: { drain: true } });
    const drained = await waitFor(async () => conditionIs(await admin.nodes.get('n1'), 'Drained', 'True'), { what: 'n1 to be drained', timeoutMs: 30_000 });
    t.equal(condition(drained, 'Drained')?.message, 'nothing is left on it');
    for (const service of (await admin.services.list()).items) {
      t.match([service.metadata.name, service.status?.node], [service.metadata.name, 'n2']);
      await phaseOf(admin, service.metadata.name, 'Ready');
    }
    await admin.nodes.patch('n1', undefined, { spec: { drain: false } });
    await waitFor(async () => conditionIs(await admin.nodes.get('n1'), 'Drained', 'False'), { what: 'n1 to be used again' });
  });

  await all.test('the work of a silent agent moves to another, under a new epoch', async (t) => {
    const silent = await startStandInAgent(t, api, { name: 'n3', labels: { rack: 'b' }, onJob: (job) => (job.spec.service === 'busy' ? undefined : { phase: 'Succeeded', stages: undefined }) });
    const placement = { nodeSelector: { rack: 'b' } };
    for (const name of ['busy', 'resting']) await create(admin, name, { placement });
    const before = await phaseOf(admin, 'resting', 'Ready');
    const running = await waitFor(async () => (await jobsOf(admin, 'busy')).find((job) => job.status?.phase === 'Running'), { what: 'the job to run' });
    await startStandInAgent(t, api, { name: 'n4', labels: { rack: 'b' } });
    silent.silence();
    const at = performance.now();
    const moved = await waitFor(async () => standsOn(await admin.services.get('resting', 'default'), 'n4'), { what: 'the service to be taken over', timeoutMs: 45_000 });
    t.comment(`taken over ${Math.round(performance.now() - at)} ms after the silence began`);
    t.ok(moved.status!.epoch! > before.status!.epoch!);
    t.match(condition(await admin.nodes.get('n3'), 'Ready'), { status: 'False', reason: 'HeartbeatsStopped' });
    t.match((await admin.jobs.get(running.metadata.name, 'default')).status, { phase: 'Lost', error: { cause: 'LeaseLost' } });
    await waitFor(async () => standsOn(await admin.services.get('busy', 'default'), 'n4'), { what: 'the lost job to be done elsewhere', timeoutMs: 15_000 });
  });

  await all.test('it ends cleanly when told to', async (t) => {
    t.strictSame(await scheduler.stop(), { code: 0, signal: null });
  });
});

function create(client: Client, name: string, spec: Partial<Service['spec']> | { placement: object } = {}): Promise<Service> {
  const object = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { template: 'container', parameters: { image: 'test' }, ...spec } };
  return client.services.create(object as Service);
}

function phaseOf(client: Client, name: string, phase: string, timeoutMs = 15_000): Promise<Service> {
  const look = async () => {
    const service = await client.services.get(name, 'default');
    return service.status?.phase === phase ? service : undefined;
  };
  return waitFor(look, { what: `service ${name} to be ${phase}`, timeoutMs });
}

function scheduledAs(client: Client, name: string, status: string, message: RegExp): Promise<unknown> {
  const look = async () => {
    const scheduled = condition(await client.services.get(name, 'default'), 'Scheduled');
    return scheduled?.status === status && message.test(scheduled.message);
  };
  return waitFor(look, { what: `service ${name} to be told ${message}` });
}

async function jobsOf(client: Client, service: string): Promise<Job[]> {
  return (await client.jobs.list({ namespace: 'default', fieldSelector: `spec.service=${service}` })).items;
}

function conditionIs(node: Node, type: string, status: string): Node | undefined {
  return condition(node, type)?.status === status ? node : undefined;
}

function standsOn(service: Service, node: string): Service | undefined {
  return service.status?.node === node && service.status.phase === 'Ready' ? service : undefined;
}
