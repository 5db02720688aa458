import { serviceFinalizer } from '@spawnit/contract';
import t from 'tap';
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
  await agent.finish(job, { phase: 'Succeeded', remaining: 0 });
  await settle(plane, 'svc');
  await unfinalize(plane, 'svc');
  await t.rejects(plane.as('admin').services.get('svc', 'default'), { code: 'NotFound' });
  t.equal(findState(plane.context.registry.view, 'default', claim.inputs.serviceUid), undefined);
  t.equal((await fetch(address, { headers })).status, 409, 'a run of the former service has no say');
  await createService(plane, 'svc');
  const { claim: anew } = await running(plane, agent, 'svc');
  t.equal((await fetch(address, { headers: { authorization: `Basic ${Buffer.from(`x:${anew.inputs.state.password}`).toString('base64')}` } })).status, 404, 'a new service of this name begins without a state');
});
