import { waitFor } from '@spawnit/testkit';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findState } from '../../src/state/records.js';
import { assign, createJob, HandAgent, running, settle, startPlane, type Plane } from '../agent/plane.js';
import { httpFaults } from './http-faults.js';
import { Tofu } from './tofu.js';

const recordOf = async (plane: Plane, service: string) => findState(plane.context.registry.view, 'default', (await plane.as('admin').services.get(service, 'default')).metadata.uid!);
const stateKeys = (plane: Plane, service: string) => plane.context.objects.list(`clients/default/${service}/terraform.tfstate/`);

t.test('tofu applies, plans and destroys with its state here, encrypted and every serial kept', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'svc', { spec: { parameters: { token: 'hunter2' } } });
  const { state } = claim.inputs;
  const tofu = await Tofu.of(t, plane, claim);
  const first = await tofu.apply(state, { text: 'one', token: 'hunter2' });
  t.equal(first.code, 0, first.output);
  t.match(await recordOf(plane, 'svc'), { current: { resources: 4, epoch: 1 }, lock: undefined });
  t.equal((await tofu.run(state, ['plan', '-detailed-exitcode', '-no-color', '-input=false'], { text: 'one', token: 'hunter2' })).code, 0, 'nothing to do');
  t.equal((await tofu.run(state, ['plan', '-detailed-exitcode', '-no-color', '-input=false'], { text: 'two' })).code, 2, 'a change to do');
  const before = (await recordOf(plane, 'svc'))!.current!;
  t.equal((await tofu.apply(state, { text: 'two', token: 'hunter2' })).code, 0);
  const after = (await recordOf(plane, 'svc'))!.current!;
  t.ok(after.serial > before.serial);
  t.equal(after.lineage, before.lineage);
  const keys = await stateKeys(plane, 'svc');
  t.ok(keys.includes(before.key) && keys.includes(after.key), 'earlier serials are kept');
  for (const key of keys) t.notMatch((await plane.context.objects.get(key))!.toString('latin1'), /hunter2|lineage/);
  const destroyed = await tofu.run(state, ['destroy', '-auto-approve', '-no-color', '-input=false'], { text: 'two' });
  t.equal(destroyed.code, 0, destroyed.output);
  t.match(await recordOf(plane, 'svc'), { current: { resources: 0 } });
  await agent.finish(job, { phase: 'Succeeded' });
  t.match(await tofu.run(state, ['state', 'pull']), { code: 1, output: /409/ }, 'a run that is over reads no more');
});

t.test('a lock that another holds is waited for, and given up with its holder named', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { claim } = await running(plane, agent, 'svc');
  const { state } = claim.inputs;
  const tofu = await Tofu.of(t, plane, claim);
  const call = (method: string, body: unknown) => fetch(state.address, { method, body: JSON.stringify(body), headers: { authorization: `Basic ${Buffer.from(`x:${state.password}`).toString('base64')}` } });
  const holder = { ID: 'held', Operation: 'OperationTypeApply', Who: 'someone@somewhere', Created: '2026-01-01T00:00:00Z' };
  t.equal((await call('LOCK', holder)).status, 200);
  t.equal((await call('LOCK', holder)).status, 200, 'the same lock again, as after a lost answer');
  const refused = await tofu.apply(state, { text: 'x' }, '-lock-timeout=0s');
  t.equal(refused.code, 1);
  t.match(refused.output, /Error acquiring the state lock[\s\S]*held/);
  const proxy = await httpFaults(t, plane.url);
  const waiting = tofu.apply({ ...state, address: state.address.replace(plane.url, proxy.url) }, { text: 'x' }, '-lock-timeout=30s');
  await waitFor(() => proxy.seen('LOCK') > 1, { what: 'tofu to ask for the lock again' });
  t.equal((await call('UNLOCK', holder)).status, 200);
  t.equal((await waiting).code, 0);
});

t.test('the lock of a run that died is taken over by the next run, with nothing to break by hand', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'svc');
  const tofu = await Tofu.of(t, plane, claim);
  const lock = (state: typeof claim.inputs.state) => fetch(state.address, { method: 'LOCK', body: JSON.stringify({ ID: 'dead' }), headers: { authorization: `Basic ${Buffer.from(`x:${state.password}`).toString('base64')}` } });
  t.equal((await lock(claim.inputs.state)).status, 200);
  const again = await agent.claim(job);
  t.equal((await tofu.apply(again.inputs.state, { text: 'a' })).code, 0, 'the same job, claimed again after the agent was started anew');
  t.equal((await lock(again.inputs.state)).status, 200);
  await agent.finish(job, { phase: 'Failed' });
  t.equal((await recordOf(plane, 'svc'))?.lock, undefined, 'a lock ends with its job');
  await settle(plane, 'svc');
  const next = await running(plane, agent, 'svc');
  t.equal((await tofu.apply(next.claim.inputs.state, { text: 'b' })).code, 0);
});

t.test('a state that could not be written is taken by the recovery route, if it is still this run that hands it in', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'svc');
  const { state } = claim.inputs;
  const tofu = await Tofu.of(t, plane, claim);
  t.equal((await tofu.apply(state, { text: 'one' })).code, 0);
  const failed = await tofu.apply(state, { text: 'two' }, '-lock=false');
  t.equal(failed.code, 1);
  t.match(failed.output, /409/, 'a write that holds no lock is refused');
  const body = readFileSync(join(tofu.dir, 'errored.tfstate'));
  t.ok(existsSync(join(tofu.dir, 'errored.tfstate')));
  const recover = (password: string) => fetch(`${state.address}/recover`, { method: 'POST', body, headers: { authorization: `Basic ${Buffer.from(`x:${password}`).toString('base64')}` } });
  t.equal((await recover(state.password)).status, 200);
  t.equal((await recover(state.password)).status, 200, 'once more is fine');
  t.equal((await tofu.run(state, ['plan', '-detailed-exitcode', '-no-color', '-input=false'], { text: 'two' })).code, 0, 'what was done is known');
  await agent.finish(job, { phase: 'Failed' });
  await settle(plane, 'svc');
  await assign(plane, await createJob(plane, 'svc'), agent);
  t.equal((await recover(state.password)).status, 409);
  const kept = await plane.context.objects.list('clients/default/svc/evidence/');
  t.equal(kept.length, 1);
  t.match(await plane.as('admin').events.list({ namespace: 'default' }), { items: [{ reason: 'StateRefused', type: 'Warning', involvedObject: { name: 'svc' } }] });
});
