import type { ClaimAnswer, Job } from '@spawnit/contract';
import { createHash } from 'node:crypto';
import t from 'tap';
import { findState } from '../../src/state/records.js';
import { StoreUnavailable } from '../../src/store/object-store.js';
import { HandAgent, running, settle, startPlane, type Plane } from '../agent/plane.js';

type Access = ClaimAnswer['inputs']['state'];

const stateOf = (serial: number, text = 'x', lineage = 'l') => JSON.stringify({ version: 4, serial, lineage, outputs: { text: { value: text, type: 'string' } }, resources: [{ mode: 'managed', type: 'x', instances: [{}] }] });

async function call({ address, password }: Access, method: string, body?: string | Buffer, { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {}): Promise<{ status: number; text: string; json: Record<string, unknown> }> {
  const authorization = `Basic ${Buffer.from(`run:${password}`).toString('base64')}`;
  const answer = await fetch(address + query, { method, body, headers: { authorization, 'content-type': 'application/json', ...headers } });
  const text = await answer.text();
  return { status: answer.status, text, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

async function setUp(t: Tap): Promise<{ plane: Plane; agent: HandAgent; state: Access; job: Job; uid: string }> {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'svc');
  return { plane, agent, state: claim.inputs.state, job, uid: claim.inputs.serviceUid };
}
type Tap = Parameters<typeof startPlane>[0];

t.test('a state is 404 only while nothing was ever written', async (t) => {
  const { plane, agent, state, job, uid } = await setUp(t);
  t.equal((await call(state, 'GET')).status, 404);
  await call(state, 'LOCK', '{"ID":"1"}');
  t.equal((await call(state, 'GET')).status, 404, 'a lock is no state');
  t.equal((await call(state, 'POST', stateOf(1), { query: '?ID=1' })).status, 200);
  t.equal((await call(state, 'GET')).text, stateOf(1));
  t.match((await agent.claim(job)).inputs.state, { serial: 1, resources: 1 }, 'a run knows what it must be shown');
  const { key } = findState(plane.context.registry.view, 'default', uid)!.current!;
  await plane.context.objects.delete(key);
  t.equal((await call(state, 'GET')).status, 500, 'what a commit names and the store has not is no absence');
});

t.test('a state that was changed in the store is an error, not a state', async (t) => {
  const { plane, state, uid } = await setUp(t);
  await call(state, 'LOCK', '{"ID":"1"}');
  await call(state, 'POST', stateOf(1), { query: '?ID=1' });
  const { key } = findState(plane.context.registry.view, 'default', uid)!.current!;
  const bytes = (await plane.context.objects.get(key))!;
  bytes[bytes.length - 1]! ^= 1;
  await plane.context.objects.delete(key);
  await plane.context.objects.putIfAbsent(key, bytes);
  t.equal((await call(state, 'GET')).status, 500);
});

t.test('writes need the lock, the lineage and a newer serial; the same again is fine', async (t) => {
  const { state } = await setUp(t);
  const write = (body: string, ID?: string) => call(state, 'POST', body, { query: ID === undefined ? '' : `?ID=${ID}` });
  t.match(await write(stateOf(1)), { status: 409, json: { reason: 'Conflict', message: /only under a lock/ } });
  t.match(await write(stateOf(1), 'ghost'), { status: 409, json: { message: /not held/ } });
  await call(state, 'LOCK', '{"ID":"1","Who":"me"}');
  t.match(await write(stateOf(1)), { status: 423, json: { ID: '1', Who: 'me', reason: 'StateLocked' } });
  t.match(await write(stateOf(1), 'other'), { status: 423, json: { ID: '1' } });
  t.equal((await write(stateOf(2), '1')).status, 200);
  t.equal((await write(stateOf(2), '1')).status, 200, 'the same serial and content again');
  t.match(await write(stateOf(2, 'y'), '1'), { status: 409, json: { message: /serial 2 with other content/ } });
  t.match(await write(stateOf(1), '1'), { status: 409, json: { message: /older/ } });
  t.match(await write(stateOf(3, 'x', 'm'), '1'), { status: 409, json: { message: /lineage/ } });
  t.equal((await write(stateOf(7, 'y'), '1')).status, 200);
  t.match(await call(state, 'UNLOCK', '{"ID":"other"}'), { status: 423, json: { ID: '1' } });
  t.equal((await call(state, 'UNLOCK', '{"ID":"1"}')).status, 200);
  t.equal((await call(state, 'UNLOCK', '{"ID":"1"}')).status, 200, 'once more, as after a lost answer');
  t.equal((await call(state, 'GET')).text, stateOf(7, 'y'));
});

t.test('a job gives up its own lock without naming it, as force-unlock does', async (t) => {
  const { state } = await setUp(t);
  await call(state, 'LOCK', '{"ID":"1"}');
  t.equal((await call(state, 'UNLOCK')).status, 200);
  t.equal((await call(state, 'LOCK', '{"ID":"2"}')).status, 200);
});

t.test('the lock of a job that was lost binds nobody', async (t) => {
  const { plane, agent, state, job } = await setUp(t);
  await call(state, 'LOCK', '{"ID":"1"}');
  const scheduler = plane.as('scheduler');
  const now = await scheduler.jobs.get(job.metadata.name, 'default');
  await scheduler.jobs.replaceStatus({ ...now, status: { ...now.status!, phase: 'Lost' } });
  t.match(await call(state, 'POST', stateOf(1), { query: '?ID=1' }), { status: 409, json: { reason: 'EpochPassed', message: /is Lost/ } });
  await settle(plane, 'svc');
  const { claim } = await running(plane, agent, 'svc');
  t.equal((await call(claim.inputs.state, 'LOCK', '{"ID":"2"}')).status, 200);
  t.equal((await call(claim.inputs.state, 'POST', stateOf(1), { query: '?ID=2' })).status, 200);
});

t.test('strangers, and tokens for other services, are refused', async (t) => {
  const { plane, agent, state } = await setUp(t);
  const { claim: other } = await running(plane, agent, 'other');
  for (const method of ['GET', 'POST', 'LOCK', 'UNLOCK']) {
    const body = method === 'GET' ? undefined : stateOf(1);
    t.equal((await call({ ...state, password: 'guess' }, method, body)).status, 401, method);
    t.equal((await call({ ...state, password: agent.token }, method, body)).status, 401, `${method} with a node's token as password`);
    t.equal((await call(state, method, body, { headers: { authorization: `Bearer ${agent.token}` } })).status, 403, `${method} with a node's token`);
    t.equal((await call({ ...state, password: other.inputs.state.password }, method, body)).status, 403, method);
    t.equal((await fetch(state.address, { method, body })).status, 401, `${method} without a token`);
  }
  t.equal((await call(state, 'DELETE')).status, 405);
});

t.test('a token for reading only reads', async (t) => {
  const { plane, state, uid } = await setUp(t);
  await call(state, 'LOCK', '{"ID":"1"}');
  await call(state, 'POST', stateOf(1), { query: '?ID=1' });
  const password = plane.context.tokens.mint({ role: 'run', name: 'check', node: 'n1', namespace: 'default', service: 'svc', serviceUid: uid, epoch: 1, write: false });
  const reader = { ...state, password };
  t.equal((await call(reader, 'GET')).status, 200);
  t.equal((await call(reader, 'POST', stateOf(2), { query: '?ID=1' })).status, 403);
  t.equal((await call(reader, 'LOCK', '{"ID":"2"}')).status, 403);
  t.equal((await call(reader, 'UNLOCK', '{"ID":"1"}')).status, 403);
});

t.test('a run whose epoch has passed reads and writes nothing; what it sends is kept aside', async (t) => {
  const { plane, state, uid } = await setUp(t);
  await call(state, 'LOCK', '{"ID":"1"}');
  await call(state, 'POST', stateOf(1), { query: '?ID=1' });
  const scheduler = plane.as('scheduler');
  const service = await scheduler.services.get('svc', 'default');
  await scheduler.services.replaceStatus({ ...service, status: { ...service.status, epoch: 2 } });
  t.match(await call(state, 'POST', stateOf(2), { query: '?ID=1' }), { status: 409, json: { reason: 'EpochPassed', message: /at epoch 2, and this run at 1/ } });
  for (const [method, body] of [['GET', undefined], ['LOCK', '{"ID":"2"}'], ['UNLOCK', '{"ID":"1"}']] as const) t.match(await call(state, method, body), { status: 409, json: { reason: 'EpochPassed' } }, method);
  const [key = ''] = await plane.context.objects.list('clients/default/svc/evidence/');
  t.match(key, /\/evidence\/\d{8}T\d+Z-1-2-[0-9a-f]{8}$/);
  t.notMatch((await plane.context.objects.get(key))!.toString('latin1'), /serial/, 'encrypted');
  t.match(findState(plane.context.registry.view, 'default', uid), { current: { serial: 1 } });
  const events = await plane.as('admin').events.list({ namespace: 'default', fieldSelector: 'reason=StateRefused' });
  t.match(events.items, [{ message: /epoch 1, serial 2, was refused and kept aside/ }]);
});

t.test('what a run has left on its node is no state any more once another run has written one', async (t) => {
  const { plane, agent, state, job, uid } = await setUp(t);
  const left = stateOf(9, 'left by the first');
  const bring = (to: Access, epoch: number) => call({ ...to, address: `${to.address}/recover` }, 'POST', left, { query: `?epoch=${epoch}` });
  const write = async (to: Access, serial: number, of: Job) => {
    await call(to, 'LOCK', '{"ID":"1"}');
    t.equal((await call(to, 'POST', stateOf(serial), { query: '?ID=1' })).status, 200);
    await agent.finish(of, { phase: 'Failed' });
    await settle(plane, 'svc');
  };
  await write(state, 1, job);
  const second = await running(plane, agent, 'svc');
  await write(second.claim.inputs.state, 2, second.job);
  const third = (await running(plane, agent, 'svc')).claim.inputs.state;
  t.match(await bring(third, 1), { status: 409, json: { message: /written at epoch 2, and this one was left by a run of epoch 1/ } });
  t.match(findState(plane.context.registry.view, 'default', uid), { current: { serial: 2, epoch: 2 } });
  t.equal((await plane.context.objects.list('clients/default/svc/evidence/')).length, 1, 'it is kept aside');
  t.equal((await bring(third, 2)).status, 200, 'left by who wrote last, it goes on from there');
  t.equal((await call({ ...third, address: `${third.address}/recover` }, 'POST', left, { query: '?epoch=x' })).status, 400);
});

t.test('what a run has left and nobody can read is kept aside as it is', async (t) => {
  const { plane, state } = await setUp(t);
  t.equal((await call({ ...state, address: `${state.address}/recover` }, 'POST', '{"version":4,"serial":1,"lin')).status, 400);
  const [key = ''] = await plane.context.objects.list('clients/default/svc/evidence/');
  t.match(key, /-1-0-[0-9a-f]{8}$/);
  t.equal((await call(state, 'GET')).status, 404, 'and is no state');
});

t.test('what is no state, no lock, cut or too large is refused', async (t) => {
  const { state } = await setUp(t);
  await call(state, 'LOCK', '{"ID":"1"}');
  for (const body of ['', 'x', '{}', '[]', '{"version":4,"serial":-1,"lineage":"l"}', '{"version":4,"serial":1,"lineage":""}']) t.equal((await call(state, 'POST', body, { query: '?ID=1' })).status, 400, body);
  for (const body of ['x', '{}', '{"ID":""}', '[]']) t.equal((await call(state, 'LOCK', body)).status, 400, body);
  const md5 = (body: string) => createHash('md5').update(body).digest('base64');
  t.equal((await call(state, 'POST', stateOf(1), { query: '?ID=1', headers: { 'content-md5': md5('other') } })).status, 400);
  t.equal((await call(state, 'POST', stateOf(1), { query: '?ID=1', headers: { 'content-md5': md5(stateOf(1)) } })).status, 200);
  t.equal((await call(state, 'POST', stateOf(2, 'x'.repeat(12 * 1024 * 1024)), { query: '?ID=1' })).status, 200, '12 MB');
  t.equal((await call(state, 'POST', Buffer.alloc(17 * 1024 * 1024, 0x20), { query: '?ID=1' })).status, 413, '17 MB');
});

t.test('a store that does not answer is a 503 that says when to try again', async (t) => {
  const { plane, state } = await setUp(t);
  await call(state, 'LOCK', '{"ID":"1"}');
  const { objects } = plane.context;
  const { putIfAbsent } = objects;
  t.teardown(() => (objects.putIfAbsent = putIfAbsent));
  objects.putIfAbsent = () => Promise.reject(new StoreUnavailable('gone', { ambiguous: true }));
  const refused = await call(state, 'POST', stateOf(1), { query: '?ID=1' });
  t.match(refused, { status: 503, json: { reason: 'ServiceUnavailable', details: { retryAfterSeconds: Number } } });
  objects.putIfAbsent = putIfAbsent;
  t.equal((await call(state, 'POST', stateOf(1), { query: '?ID=1' })).status, 200);
});
