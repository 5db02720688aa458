import { FinishRequest, type PlanSummary } from '@spawnit/contract';
import t from 'tap';
import { recordable } from '../../src/jobs/recordable.js';

const fields = Array.from({ length: 20 }, (_, i) => ({ field: `field-${i}`, before: 'b'.repeat(300), after: 'a'.repeat(300) }));
const plan: PlanSummary = { add: 200, change: 0, destroy: 0, digest: 'd', changes: Array.from({ length: 200 }, (_, i) => ({ address: `a.b[${i}]`, action: 'create', fields })) };
const requestBytes = 1024 * 1024;
const size = (finish: FinishRequest) => Buffer.byteLength(JSON.stringify(finish));

t.test('a plan of many large changes is told with as many fields as there is room for, and says where some are missing', async (t) => {
  const outputs = { text: { value: 'x'.repeat(500 * 1024) } };
  const told = recordable({ phase: 'Succeeded', plan, outputs });
  t.ok(size({ phase: 'Succeeded', plan }) > requestBytes, 'which no request would hold');
  t.ok(size(told) < requestBytes);
  t.ok(FinishRequest.safeParse(told).success);
  t.equal(told.phase, 'Succeeded');
  t.same(told.outputs, outputs);
  t.equal(told.plan?.changes.length, 200);
  t.equal(told.plan?.changes[0]?.fields.length, 20);
  t.match(told.plan?.changes.at(-1)?.fields, [{ after: /not shown/ }]);
});

t.test('outputs that no record holds are a failure that only a change can mend, not a success without them', async (t) => {
  const told = recordable({ phase: 'Succeeded', outputs: { text: { value: 'x'.repeat(600 * 1024) } } });
  t.match(told, { phase: 'Failed', error: { cause: 'Configuration', retryable: false, summary: /too large/ } });
  t.notOk(told.outputs);
});

t.test('what fits is told as it is', async (t) => {
  const finish: FinishRequest = { phase: 'Succeeded', plan: { ...plan, changes: plan.changes.slice(0, 3) }, outputs: { url: { value: 'http://x' } }, inputs: { a: 1 }, remaining: 0 };
  t.same(recordable(finish), finish);
});
