import t from 'tap';
import { summarize as summarizeWith, summarizeMessages } from '../../src/plan/summary.js';
import { PlanJson } from '../../src/plan/plan-json.js';
import { parseMessage } from '../../src/tofu/messages.js';
import { recordedPlan, recordedText } from './recorded.js';

const summarize = (plan: PlanJson, key = 'a key') => summarizeWith(plan, key);
const container = 'docker_container.this';
const fieldsOf = (name: string) => summarize(recordedPlan(name)).changes.find(({ address }) => address === container)?.fields ?? [];

t.test('a plan that changes nothing is empty', async (t) => {
  t.match(summarize(recordedPlan('nothing')), { add: 0, change: 0, destroy: 0, changes: [] });
});

t.test('of what is created the declared fields are named, not those that come by themselves', async (t) => {
  const fields = fieldsOf('create');
  t.match(fields.find(({ field }) => field === 'hostname'), { before: 'null', after: '"s1"' });
  t.notOk(fields.some(({ after }) => after === '(known after apply)'));
});

t.test('a replacement counts as one added and one destroyed, and says which field forces it', async (t) => {
  const summary = summarize(recordedPlan('port-change'));
  t.match(summary, { add: 1, change: 0, destroy: 1 });
  t.match(summary.changes, [{ address: container, action: 'replace' }]);
  t.same(fieldsOf('port-change').map(({ field, forcesReplacement }) => [field, forcesReplacement]), [['ports', true]]);
});

t.test('an update in place says before and after', async (t) => {
  t.match(summarize(recordedPlan('memory-drift')), { add: 0, change: 1, destroy: 0 });
  t.match(fieldsOf('memory-drift')[0], { field: 'memory', before: '64', after: 'null' });
});

t.test('a secret never gets into a summary, and neither does its neighbour in the same field', async (t) => {
  for (const name of ['secret-change', 'secret-other']) {
    t.match(recordedText(name), /hunter2/, 'it is in the plan');
    t.notMatch(JSON.stringify(summarize(recordedPlan(name))), /hunter2/);
    t.match(fieldsOf(name).find(({ field }) => field === 'env'), { before: '(sensitive)', after: '(sensitive)' });
  }
});

t.test('equal plans have equal digests, whatever the order, and others have others', async (t) => {
  const plan = recordedPlan('volume-removed');
  const turned = { ...plan, resource_changes: plan.resource_changes.toReversed() };
  t.equal(summarize(turned).digest, summarize(plan).digest);
  const digests = ['create', 'port-change', 'memory-drift', 'removed', 'renamed'].map((name) => summarize(recordedPlan(name)).digest);
  t.equal(new Set(digests).size, digests.length);
});

/** A plan that changes one container in place, or as `more` says. */
const planOf = (before: object | null, after: object | null, more: object = {}) =>
  PlanJson.parse({ format_version: '1.2', resource_changes: [{ address: container, change: { actions: ['update'], before, after, ...more } }] });
const samePlan = (one: PlanJson, other: PlanJson) => summarize(one).digest === summarize(other).digest;

t.test('a digest covers what is not shown: the end of a long value, a secret, what providers take for unset, and all fields', async (t) => {
  const env = (...last: string[]) => planOf({ env: ['x'] }, { env: ['P'.repeat(300), ...last] });
  t.notOk(samePlan(env('URL=http://good'), env('URL=http://evil')));
  const secret = (value: string) => planOf({ env: ['x'] }, { env: [value] }, { after_sensitive: { env: true } });
  t.notOk(samePlan(secret('hunter2'), secret('hunter3')));
  t.notOk(samePlan(planOf({ name: 'a', privileged: true }, { name: 'b', privileged: true }), planOf({ name: 'a', privileged: null }, { name: 'b', privileged: false })));
  const many = (last: string) => planOf({}, Object.fromEntries([...Array.from({ length: 100 }, (_, i) => [`a${i}`, 'x']), ['z', last]]));
  t.notOk(samePlan(many('good'), many('evil')));
  const anew = (image: string) => planOf({ image, name: 'a' }, { image, name: 'b' }, { actions: ['delete', 'create'], replace_paths: [['name']] });
  t.notOk(samePlan(anew('good'), anew('evil')), 'what is made anew is made of all its fields');
});

t.test('what people did not decide makes no other plan: what stays as it is, what comes by itself, and what is only read', async (t) => {
  const stays = (ip: string) => planOf({ memory: 1, ip }, { memory: 2, ip });
  t.ok(samePlan(stays('10.0.0.1'), stays('10.0.0.2')));
  const computed = (ip: string) => planOf({ image: 'a', ip }, { image: 'b' }, { actions: ['delete', 'create'], after_unknown: { ip: true }, replace_paths: [['image']] });
  t.ok(samePlan(computed('10.0.0.1'), computed('10.0.0.2')));
  const read = (value: string) => planOf(null, { value }, { actions: ['read'] });
  t.ok(samePlan(read('a'), read('b')));
  t.ok(samePlan(planOf({ labels: { a: 1, b: 2 } }, null, { actions: ['delete'] }), planOf({ labels: { b: 2, a: 1 } }, null, { actions: ['delete'] })), 'in any order');
});

t.test('who reads a digest finds no secret by trying: it takes the key', async (t) => {
  const plan = planOf({ env: ['x'] }, { env: ['hunter2'] });
  t.not(summarize(plan, 'one').digest, summarize(plan, 'another').digest);
});

t.test("an apply's own messages give addresses and actions", async (t) => {
  const line = (addr: string, action: string) => JSON.stringify({ '@level': 'info', type: 'planned_change', change: { resource: { addr }, action } });
  const messages = [line('b.x', 'create'), line('a.x', 'replace'), 'half a li'].map(parseMessage).filter((message) => message !== undefined);
  t.match(summarizeMessages(messages), {
    add: 2,
    destroy: 1,
    changes: [
      { address: 'a.x', action: 'replace', fields: [] },
      { address: 'b.x', action: 'create', fields: [] },
    ],
  });
});
