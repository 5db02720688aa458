import t from 'tap';
import { judge } from '../../src/plan/drift.js';
import { recordedPlan, recordedText } from './recorded.js';

const none = { ignoreFields: [], variables: {} };
const container = 'docker_container.this';
const judged = (name: string, ignore: string[] = []) => judge(recordedPlan(name), true, { ignoreFields: ignore, variables: {} });

t.test('what a provider only reads back in another form is no drift', async (t) => {
  for (const name of ['nothing', 'paused', 'restarted']) {
    t.match(recordedText(name), /"resource_drift"/, 'the provider did read something back');
    t.same(judge(recordedPlan(name), false, none), { verdict: 'Compliant', fields: [] });
  }
});

t.test('a removed container is missing', async (t) => {
  t.same(judged('removed'), { verdict: 'Drifted', fields: [{ resource: container, field: '(exists)', desired: 'present', live: 'missing' }] });
});

t.test('a stopped container does not run and publishes nothing; its computed fields are not named', async (t) => {
  const { verdict, fields } = judged('stopped');
  t.equal(verdict, 'Drifted');
  t.same(fields.map(({ field }) => field), ['must_run', 'ports']);
  t.match(fields[0], { desired: 'true', live: 'false' });
  t.match(fields[1], { desired: /"external":28999/, live: '[]' });
});

t.test('a field that nobody declared is compared with what it was', async (t) => {
  t.same(judged('memory-drift').fields, [
    { resource: container, field: 'memory', desired: '0', live: '64' },
    { resource: container, field: 'memory_swap', desired: '0', live: '-1' },
  ]);
});

t.test('a renamed container, one cut off its network and one half made are told apart', async (t) => {
  t.same(judged('renamed').fields, [{ resource: container, field: 'name', desired: '"wf.s1"', live: '"wf.other"' }]);
  t.same(judged('disconnected').fields.map(({ field }) => field), ['ports']);
  t.same(judged('tainted').fields.map(({ field }) => field), ['(tainted)']);
});

t.test('a change of a declared field that is replaced for another reason is named', async (t) => {
  t.match(judged('update').fields[0], { resource: container, field: 'memory', desired: '64', live: '0' });
});

t.test('something that should not be there any more is present', async (t) => {
  t.match(judged('volume-removed').fields.at(-1), { resource: 'docker_volume.this["data"]', desired: 'absent', live: 'present' });
});

t.test('a secret is masked on both sides', async (t) => {
  t.same(judged('secret-other').fields, [{ resource: container, field: 'env', desired: '(sensitive)', live: '(sensitive)' }]);
});

t.test('ignored fields are shown and do not count, by name, by whole path or by resource', async (t) => {
  for (const rules of [['memory', 'memory_swap'], [`${container}.memory`, `${container}.memory_swap`], [container]]) {
    const { verdict, fields } = judged('memory-drift', rules);
    t.equal(verdict, 'Compliant');
    t.ok(fields.length === 2 && fields.every(({ ignored }) => ignored));
  }
  t.equal(judged('memory-drift', ['memory']).verdict, 'Drifted', 'one field of two is not enough');
});

t.test("a plan's verdict stands even when nothing in it explains it", async (t) => {
  t.equal(judged('nothing').verdict, 'Drifted');
  t.equal(judged('nothing').fields.length, 1);
});

t.test('when only an output is another, that is said', async (t) => {
  const plan = recordedPlan('nothing');
  const url = { actions: ['update' as const], before: 'http://a:1', after: 'http://a:2' };
  t.same(judge({ ...plan, output_changes: { url } }, true, none).fields, [{ resource: 'output.url', field: 'value', desired: '"http://a:1"', live: '"http://a:2"' }]);
});

t.test('what counts is told before what is ignored, of which there may be more than is told', async (t) => {
  const ignoreFields = Array.from({ length: 200 }, (_, i) => `a${i}`);
  const all = [...ignoreFields, 'image'];
  const valued = (value: string) => Object.fromEntries(all.map((field) => [field, value]));
  const plan = { format_version: '1', resource_drift: [], output_changes: {}, resource_changes: [{ address: container, change: { actions: ['update'], before: valued('old'), after: valued('new') } }] };
  const { verdict, fields } = judge(plan as unknown as ReturnType<typeof recordedPlan>, true, { ignoreFields, variables: {} });
  t.match([verdict, fields.length, fields[0]], ['Drifted', 200, { field: 'image', ignored: undefined }]);
});

t.test('what a check block reads in each plan is no drift by itself, and hides none', async (t) => {
  const read = { address: 'data.docker_network.here', mode: 'data', change: { actions: ['read' as const], before: null, after: { name: 'bridge' } }, action_reason: 'read_because_check_nested' };
  const beside = (name: string) => ({ ...recordedPlan(name), resource_changes: [read, ...recordedPlan(name).resource_changes] });
  t.same(judge(beside('nothing'), true, none), { verdict: 'Compliant', fields: [] });
  t.equal(judge(beside('removed'), true, none).verdict, 'Drifted');
  const deferred = { ...beside('nothing'), resource_changes: [{ ...read, action_reason: 'read_because_config_unknown' }] };
  t.equal(judge(deferred, true, none).verdict, 'Drifted', 'of any other read it is not known what it means');
});

t.test('what was set by hand counts also where something that is ignored has it all made anew', async (t) => {
  const change = (before: object, after: object, more: object = {}) => ({ address: container, change: { before, after, ...more } });
  const was = { image: 'a', runtime: null, ipc_mode: 'private' };
  const is = { ...was, image: 'b', runtime: 'kata' };
  const plan = {
    format_version: '1',
    output_changes: {},
    resource_drift: [change(was, is, { actions: ['update'] })],
    resource_changes: [change(is, { image: 'a', runtime: null }, { actions: ['delete', 'create'], after_unknown: { ipc_mode: true }, replace_paths: [['image']] })],
  } as unknown as ReturnType<typeof recordedPlan>;
  const { verdict, fields } = judge(plan, true, { ignoreFields: ['image'], variables: {} });
  t.equal(verdict, 'Drifted');
  t.same(fields, [{ resource: container, field: 'runtime', desired: 'null', live: '"kata"' }, { resource: container, field: 'image', desired: '"a"', live: '"b"', ignored: true }]);
});
