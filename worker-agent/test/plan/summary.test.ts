import t from 'tap';
import { summarize, summarizeMessages } from '../../src/plan/summary.js';
import { parseMessage } from '../../src/tofu/messages.js';
import { recordedPlan, recordedText } from './recorded.js';

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
