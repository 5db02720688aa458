import { serviceFinalizer } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t from 'tap';
import { sweep } from '../../src/state/collector.js';
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
  const left = async () => [...(await plane.context.objects.list('clients/')), ...(await plane.context.objects.list('logs/'))];
  await waitFor(async () => (await left()).length === 0, { what: 'its states and logs to be erased' });
  t.equal((await fetch(address, { headers })).status, 409, 'a run of the former service has no say');
  await createService(plane, 'svc');
  const { claim: anew } = await running(plane, agent, 'svc');
  t.equal((await fetch(address, { headers: { authorization: `Basic ${Buffer.from(`x:${anew.inputs.state.password}`).toString('base64')}` } })).status, 404, 'a new service of this name begins without a state');
});

t.test('the sweep erases only what has no owner', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'svc');
  const { address, password } = claim.inputs.state;
  const headers = { authorization: `Basic ${Buffer.from(`x:${password}`).toString('base64')}` };
  await fetch(address, { method: 'LOCK', body: '{"ID":"1"}', headers });
  for (const serial of [1, 2]) await fetch(`${address}?ID=1`, { method: 'POST', body: state(serial, []), headers });
  await agent.log(job, 0, 'x');
  const { objects } = plane.context;
  const kept = [...(await objects.list('clients/')), ...(await objects.list('logs/'))];
  t.equal(kept.length, 3);
  for (const key of ['clients/default/gone/terraform.tfstate/1-1-ab', 'clients/default/gone/evidence/x', 'logs/default/gone/000000000000000-1']) await objects.putIfAbsent(key, Buffer.from('x'));
  await sweep(plane.context);
  t.same([...(await objects.list('clients/')), ...(await objects.list('logs/'))], kept);
  t.ok((await objects.list('modules/')).length > 0);
});
