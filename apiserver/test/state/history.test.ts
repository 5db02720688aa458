import type { ClaimAnswer } from '@spawnit/contract';
import t from 'tap';
import { agedEvidence, evidenceOf, keepEvidence, servicesWithEvidence, type Evidence } from '../../src/state/evidence.js';
import { advance, aged, historyOf, historyPrefix, type KeptState } from '../../src/state/history.js';
import { findState } from '../../src/state/records.js';
import { withSerial } from '../../src/state/restore.js';
import { contentOf } from '../../src/state/show.js';
import { marked } from '../../src/state/unnamed.js';
import type { Op } from '../../src/store/log/commit.js';
import { Records } from '../../src/store/log/view.js';
import { assign, createJob, HandAgent, running, settle, startPlane, type Plane } from '../agent/plane.js';
import { Tofu } from './tofu.js';

type Access = ClaimAnswer['inputs']['state'];
const at = { namespace: 'default', serviceUid: 'u' };

const plan = (tofu: Tofu, state: Access, text: string) => tofu.run(state, ['plan', '-detailed-exitcode', '-no-color', '-input=false'], { text, token: 'hunter2' });

/** Another run of the service, for what follows a restore. */
async function nextRun(plane: Plane, agent: HandAgent, service: string): Promise<Access> {
  return (await agent.claim(await assign(plane, await createJob(plane, service), agent))).inputs.state;
}

t.test('an earlier state of real tofu is restored under a new serial, and the next plan is right', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'svc');
  const tofu = await Tofu.of(t, plane, claim);
  for (const text of ['one', 'two']) t.equal((await tofu.apply(claim.inputs.state, { text, token: 'hunter2' })).code, 0);
  const admin = plane.as('admin');
  const before = await admin.stateHistory('default', 'svc');
  const written = before.items.filter(({ resources }) => resources === 4);
  t.ok(written.length >= 2, `serials ${before.items.map(({ serial }) => serial).join(', ')}`);
  t.match(before.items.at(-1), { current: true, resources: 4, epoch: 1, job: job.metadata.name, by: `run:default/${job.metadata.name}@1`, size: Number, time: String });
  t.equal(before.items.filter(({ current }) => current).length, 1);
  const first = JSON.parse(await admin.pullState('default', 'svc', written[0]!.serial)) as { outputs: { text: { value: string } } };
  t.equal(first.outputs.text.value, 'one', 'the first whole state is that of the first apply');
  const from = written[0]!.serial;
  await t.rejects(admin.restoreState('default', 'svc', { serial: from }), { code: 'Conflict', message: /job svc-apply-1-\w+ is under way/ });
  await agent.finish(job, { phase: 'Succeeded' });
  await settle(plane, 'svc');
  await t.rejects(admin.restoreState('default', 'svc', { serial: 99 }), { code: 'NotFound', message: /no state of serial 99.* nearest: / });
  await t.rejects(admin.restoreState('default', 'svc', { serial: before.items.at(-1)!.serial }), { code: 'Conflict', message: /is the current one/ });
  await t.rejects(plane.as('reconciler').restoreState('default', 'svc', { serial: from }), { code: 'Forbidden' });
  const dry = await admin.restoreState('default', 'svc', { serial: from, dryRun: true });
  t.match(dry, { dryRun: true, from, was: before.items.at(-1)!.serial, added: [], removed: [], next: /would be planned and applied/ });
  t.strictSame(await admin.stateHistory('default', 'svc'), before, 'a dry run changes nothing');

  const done = await admin.restoreState('default', 'svc', { serial: from });
  t.equal(done.serial, before.items.at(-1)!.serial + 1);
  const after = await admin.stateHistory('default', 'svc');
  t.match(after.items.at(-1), { serial: done.serial, current: true, restoredFrom: from, by: 'user:admin', lineage: before.items[0]!.lineage });
  t.equal(after.items.length, before.items.length + 1, 'nothing is lost by it');
  t.equal((await admin.services.get('svc', 'default')).metadata.annotations?.['spawnit.dev/restored-state'], String(done.serial), 'the reconciler is told');
  const { items } = await admin.events.list({ namespace: 'default' });
  t.match(items.map(({ reason }) => reason).sort(), ['StatePulled', 'StateRestored']);

  const state = await nextRun(plane, agent, 'svc');
  t.equal((await plan(tofu, state, 'one')).code, 0, 'what was true then is what is planned from');
  t.match(await plan(tofu, state, 'two'), { code: 2, output: /0 to add, 4 to change, 0 to destroy/ }, 'and nothing is made anew');
  t.equal((await tofu.apply(state, { text: 'two', token: 'hunter2' })).code, 0, 'tofu goes on from the new serial');
  t.ok(findState(plane.context.registry.view, 'default', claim.inputs.serviceUid)!.current!.serial > done.serial);
});

t.test('what is shown of a state holds nothing sensitive; what is pulled holds all, and is noted first', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { claim } = await running(plane, agent, 'svc', { spec: { parameters: { token: 'hunter2' } } });
  const tofu = await Tofu.of(t, plane, claim);
  await tofu.apply(claim.inputs.state, { text: 'with hunter2 inside', token: 'hunter2' });
  const admin = plane.as('admin');
  const shown = await admin.showState('default', 'svc');
  t.notMatch(JSON.stringify(shown), /hunter2/);
  t.match(shown, { current: true, terraformVersion: /^\d/, outputs: { token: { value: '(sensitive)', sensitive: true }, text: { value: '(sensitive)' } } });
  t.same(shown.contents.map(({ address }) => address), ['terraform_data.note[0]', 'terraform_data.note[1]', 'terraform_data.note[2]', 'module.stamp.terraform_data.stamp']);
  t.match(await admin.pullState('default', 'svc'), /hunter2/);
  for (const who of ['reconciler', 'scheduler', 'drift-controller', 'join'] as const) await t.rejects(plane.as(who).pullState('default', 'svc'), { code: 'Forbidden' }, who);
  const { items } = await admin.events.list({ namespace: 'default' });
  t.match(items, [{ reason: 'StatePulled', message: /secrets included, was given to user:admin/, count: 1 }]);
  await t.rejects(admin.showState('default', 'nope'), { code: 'NotFound' });
  await t.rejects(admin.transport.json({ path: '/apis/spawnit.dev/v1/namespaces/default/services/svc/state/..%2f' }), { code: 'BadRequest' });
});

t.test('sensitive attributes are found at the paths that tofu marks, at any depth', async (t) => {
  const state = {
    outputs: {},
    resources: [{ mode: 'managed', type: 'x', name: 'y', instances: [{ index_key: 'k', dependencies: ['x.before'], attributes: { env: ['A=s3cretvalue'], deep: [{ a: { b: 'other-one' } }], plain: 'see other-one here', db_password: 'p', short: 1 }, sensitive_attributes: [[{ type: 'get_attr', value: 'env' }], [{ type: 'get_attr', value: 'deep' }, { type: 'index', value: { value: 0, type: 'number' } }, { type: 'get_attr', value: 'a' }]] }] }],
  };
  const { contents } = contentOf(Buffer.from(JSON.stringify(state)), []);
  t.strictSame(contents, [{ address: 'x.y["k"]', dependencies: ['x.before'], attributes: { env: ['(sensitive)'], deep: [{ a: { b: '(sensitive)' } }], plain: '(sensitive)', db_password: '(sensitive)', short: 1 } }]);
});

t.test('only the serial of a restored state changes, to the byte', async (t) => {
  const state = '{\n  "version": 4,\n  "terraform_version": "1.12.6",\n  "serial": 7,\n  "lineage": "l",\n  "outputs": {"serial": {"value": 7}, "big": {"value": 12345678901234567890}}\n}\n';
  t.equal(withSerial(Buffer.from(state), 12).toString(), state.replace('"serial": 7,', '"serial": 12,'));
  t.throws(() => withSerial(Buffer.from('{"outputs":{"serial":1}}'), 2), { code: 'InternalError' });
});

t.test('so many serials are kept, and what goes is marked in the same commit', async (t) => {
  const records = new Records();
  const write = (ops: Op[]) => void records.apply(records.seq + 1, ops);
  const state = (serial: number): KeptState => ({ service: 's', serial, lineage: 'l', md5: '', key: `clients/${serial}`, epoch: 1, resources: 0, time: new Date(serial * 86_400_000).toISOString() });
  for (let serial = 1; serial <= 9; serial++) write(advance(records, at, { service: 's', current: state(serial) }, state(serial), 7));
  t.same(historyOf(records, at).map(({ serial }) => serial), [3, 4, 5, 6, 7, 8, 9]);
  t.same([...marked(records)].map(({ key }) => key), ['clients/1', 'clients/2']);
  const day = (n: number) => new Date(n * 86_400_000).toISOString();
  t.same(aged(records, at, 30, day(12)), [], 'none is too old');
  write(aged(records, at, 3, day(7.5)));
  t.same(historyOf(records, at).map(({ serial }) => serial), [5, 6, 7, 8, 9]);
  write(aged(records, at, 1, day(10_000)));
  t.same(historyOf(records, at).map(({ serial }) => serial), [5, 6, 7, 8, 9], 'the newest few stay whatever the clock says');
});

t.test('a state from before there was a history is its first entry', async (t) => {
  const records = new Records();
  const state = (serial: number): KeptState => ({ service: 's', serial, lineage: 'l', md5: '', key: `clients/${serial}`, epoch: 1, resources: 0 });
  records.apply(1, [{ op: 'put', key: 'states/default/u', value: { service: 's', current: state(4) } as never }]);
  t.same(historyOf(records, at).map(({ serial }) => serial), [4]);
  records.apply(2, advance(records, at, { service: 's', current: state(5) }, state(5), 50));
  t.same(historyOf(records, at).map(({ serial }) => serial), [4, 5]);
  t.equal([...records.list(historyPrefix(at))].length, 2, 'it keeps its name');
});

t.test('refused states that were kept aside go with their age, and are marked in the same commit', async (t) => {
  const records = new Records();
  let seq = 0;
  const write = (ops: Op[]) => void records.apply(++seq, ops);
  const evidence = (day: number): Evidence => ({ key: `clients/default/s/evidence/${day}`, serial: day, epoch: 1, why: 'its epoch has passed', time: `2026-01-0${day}T00:00:00.000Z` });
  for (const day of [1, 2, 3]) write(keepEvidence(records, at, evidence(day)));
  t.same([...servicesWithEvidence(records)], [at]);
  t.same(agedEvidence(records, at, 90, '2026-03-31T00:00:00.000Z'), [], 'not before their time');
  write(agedEvidence(records, at, 90, '2026-04-02T12:00:00.000Z'));
  t.same(evidenceOf(records, at).map(({ serial }) => serial), [3]);
  t.same([...marked(records)].map(({ key }) => key), ['clients/default/s/evidence/1', 'clients/default/s/evidence/2']);
});
