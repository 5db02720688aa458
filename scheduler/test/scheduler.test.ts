import t from 'tap';
import { condition } from '@spawnit/contract';
import { startApiserver, startControllerProgram, startStandInAgent, waitFor } from '@spawnit/testkit';
import { conditionIs, create, jobsOf, phaseOf, scheduledAs } from './star.js';

t.test('the scheduler beside a real apiserver and reconciler, with stand-ins for agents', { timeout: 600_000 }, async (all) => {
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
    t.equal((await phaseOf(admin, 'fifth', 'Ready')).status?.phase, 'Ready');
  });

  await all.test('a drained node is emptied, and says so', async (t) => {
    await admin.nodes.patch('n1', undefined, { spec: { drain: true } });
    const drained = await waitFor(async () => conditionIs(await admin.nodes.get('n1'), 'Drained', 'True'), { what: 'n1 to be drained' });
    t.equal(condition(drained, 'Drained')?.message, 'nothing is left on it');
    for (const service of (await admin.services.list()).items) {
      t.match([service.metadata.name, service.status?.node], [service.metadata.name, 'n2']);
      await phaseOf(admin, service.metadata.name, 'Ready');
    }
    await admin.nodes.patch('n1', undefined, { spec: { drain: false } });
    await waitFor(async () => conditionIs(await admin.nodes.get('n1'), 'Drained', 'False'), { what: 'n1 to be used again' });
  });

  await all.test('it ends cleanly when told to', async (t) => {
    t.strictSame(await scheduler.stop(60_000), { code: 0, signal: null });
  });
});
