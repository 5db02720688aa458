import { FinishRequest, jobCauses, PlannedChange, PlanSummary } from '@spawnit/contract';
import t from 'tap';
import { jobError } from '../../src/errors/causes.js';
import { Redactor } from '../../src/logs/redact.js';
import { errorWithoutSecrets, outcomeWithoutSecrets, planWithoutSecrets } from '../../src/logs/without-secrets.js';

const actions = PlannedChange.shape.action.options;
/** As people have them in an environment: SPRING_JPA_HIBERNATE_DDL_AUTO=update. */
const secrets = [...actions, ...jobCauses, 'Succeeded', 'abcd', 'hunter2'];
const redactor = new Redactor(secrets);
const plan: PlanSummary = { add: 1, change: 0, destroy: 0, digest: 'abcdef', changes: actions.map((action) => ({ address: 'a.b["hunter2"]', action, fields: [{ field: 'env', before: 'hunter2', after: 'update' }] })), unchanged: ['c.hunter2'] };

t.test('a secret that is a coded word is masked where it is told, and makes nothing of it unreadable', async (t) => {
  const masked = planWithoutSecrets(redactor, plan);
  t.same(PlanSummary.parse(masked).changes.map(({ action }) => action), actions);
  t.equal(masked.digest, plan.digest);
  t.notMatch(JSON.stringify([masked.unchanged, masked.changes.map(({ fields, address }) => [fields, address])]), /hunter2|update/);
  const outcome = outcomeWithoutSecrets(secrets, { phase: 'Succeeded', plan, outputs: { url: { value: 'http://hunter2' } }, remaining: 0 });
  t.match(FinishRequest.parse({ ...outcome, stages: [] }), { phase: 'Succeeded', plan: masked, outputs: { url: { value: 'http://(sensitive)' } }, remaining: 0 });
  for (const cause of jobCauses) t.match(errorWithoutSecrets(redactor, jobError(cause, 'it said hunter2')), { cause, summary: 'it said (sensitive)' });
});

t.test('an error stays within its bounds when masks, which are longer, take the place of short secrets: else the server would refuse it', async (t) => {
  const error = errorWithoutSecrets(redactor, jobError('Unknown', 'abcd'.repeat(500), 'abcd'.repeat(2_000)));
  t.ok(FinishRequest.safeParse({ phase: 'Failed', error }).success);
  t.notMatch(JSON.stringify(error), /abcd/);
});

t.test('an address keeps its port when an environment names the same', async (t) => {
  const outputs = { url: { value: 'http://127.0.0.1:8080' }, dsn: { value: 'db://u:98765432@h' } };
  t.same(outcomeWithoutSecrets(['8080', '98765432'], { phase: 'Succeeded', outputs }).outputs, { url: outputs.url, dsn: { value: 'db://u:(sensitive)@h' } });
});
