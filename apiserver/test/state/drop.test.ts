import { serviceFinalizer } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t from 'tap';
import { Collector } from '../../src/state/collector.js';
import { marked, unname } from '../../src/state/unnamed.js';
import { findState } from '../../src/state/records.js';
import { createService, HandAgent, running, settle, startPlane, type Plane } from '../agent/plane.js';

const state = (serial: number, resources: object[]) => JSON.stringify({ version: 4, serial, lineage: 'l', outputs: {}, resources });

async function unfinalize(plane: Plane, name: string): Promise<unknown> {
  const client = plane.as('reconciler');
  const service = await client.services.get(name, 'default');
  return client.services.replace({ ...service, metadata: { ...service.metadata, finalizers: (service.metadata.finalizers ?? []).filter((f) => f !== serviceFinalizer) } });
}

t.test('the record of a service is not dropped while its state knows of real things', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'svc');
  const { address, password } = claim.inputs.state;
  const headers = { authorization: `Basic ${Buffer.from(`x:${password}`).toString('base64')}` };
  const call = (method: string, body: string, query = '') => fetch(address + query, { method, body, headers });
  await call('LOCK', '{"ID":"1"}');
  await call('POST', state(1, [{ mode: 'managed', instances: [{}] }]), '?ID=1');
  await plane.as('admin').services.delete('svc', 'default');
  await t.rejects(unfinalize(plane, 'svc'), { code: 'Conflict', message: /its state still has 1 real resource;/ });
  t.ok((await plane.as('admin').services.get('svc', 'default')).metadata.deletionTimestamp);
  await call('POST', state(2, []), '?ID=1');
  await agent.log(job, 0, 'destroyed\n');
  await agent.finish(job, { phase: 'Succeeded', remaining: 0 });
  await settle(plane, 'svc');
  await unfinalize(plane, 'svc');
  await t.rejects(plane.as('admin').services.get('svc', 'default'), { code: 'NotFound' });
  t.equal(findState(plane.context.registry.view, 'default', claim.inputs.serviceUid), undefined);
  await waitFor(async () => (await plane.context.objects.list('logs/')).length === 0, { what: 'its logs to be erased' });
  const states = await plane.context.objects.list('clients/');
  t.equal(states.length, 2, 'its states stay while a restore to an earlier moment may need them');
  t.same([...marked(plane.context.registry.view)].map(({ key }) => key), states, 'and are marked');
  t.equal((await fetch(address, { headers })).status, 409, 'a run of the former service has no say');
  await createService(plane, 'svc');
  const { claim: anew } = await running(plane, agent, 'svc');
  t.equal((await fetch(address, { headers: { authorization: `Basic ${Buffer.from(`x:${anew.inputs.state.password}`).toString('base64')}` } })).status, 404, 'a new service of this name begins without a state');
});

/** Until the log begins after what there was when this was called. */
async function outliveLog({ context: { registry } }: Plane): Promise<void> {
  const seq = await registry.sync();
  const write = (n: number) => registry.write('test', () => ({ ops: [{ op: 'put', key: 'test/x', value: { n } }], result: undefined }));
  for (let n = 0; (await registry.beginsAt()) <= seq; n++) await write(n);
}

t.test('what nothing names is erased when no kept sequence can name it any more, and nothing else', async (t) => {
  const plane = await startPlane(t, { log: { keepMs: 1, snapshotEvery: 10 } });
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'svc');
  const { address, password } = claim.inputs.state;
  const headers = { authorization: `Basic ${Buffer.from(`x:${password}`).toString('base64')}` };
  await fetch(address, { method: 'LOCK', body: '{"ID":"1"}', headers });
  for (const serial of [1, 2]) await fetch(`${address}?ID=1`, { method: 'POST', body: state(serial, []), headers });
  await agent.log(job, 0, 'x');
  const { objects } = plane.context;
  const all = async () => [...(await objects.list('clients/')), ...(await objects.list('logs/'))];
  const kept = await all();
  t.equal(kept.length, 3);
  const strays = ['clients/default/gone/terraform.tfstate/1-1-ab', 'clients/default/svc/evidence/x', 'clients/default/svc/terraform.tfstate/3-1-ab'];
  for (const key of [...strays, 'logs/default/gone/000000000000000-1']) await objects.putIfAbsent(key, Buffer.from('x'));
  const collector = new Collector(plane.context);
  await collector.sweep();
  t.same(await objects.list('logs/'), kept.filter((key) => key.startsWith('logs/')), 'logs without a job go at once');
  t.same([...marked(plane.context.registry.view)], [], 'what may be about to be named is not marked at the first look');
  await collector.sweep();
  t.same([...marked(plane.context.registry.view)].map(({ key }) => key).sort(), strays.sort());
  t.same((await objects.list('clients/')).filter((key) => strays.includes(key)), strays, 'marked is not erased');
  await outliveLog(plane);
  await new Collector(plane.context).sweep();
  t.same(await all(), kept, 'what is named stays');
  t.same([...marked(plane.context.registry.view)], []);
  t.ok((await objects.list('modules/')).length > 0);
});

t.test('a marked object that was named again stays', async (t) => {
  const plane = await startPlane(t, { log: { keepMs: 1, snapshotEvery: 10 } });
  const { objects, registry } = plane.context;
  const key = 'clients/default/svc/terraform.tfstate/1-1-ab';
  await objects.putIfAbsent(key, Buffer.from('x'));
  await registry.write('test', () => ({ ops: unname([key], undefined), result: undefined }));
  await registry.write('test', () => ({ ops: [{ op: 'put', key: 'state-history/default/uid/000000000001', value: { key } }], result: undefined }));
  await outliveLog(plane);
  await new Collector(plane.context).sweep();
  t.ok(await objects.get(key));
  t.same([...marked(registry.view)], [], 'and its mark is taken away');
});
