import t from 'tap';
import { report } from './report.js';
import { run } from './run.js';

t.setTimeout(1_190_000);

const [histories, operations] = [50, 2_000];

/**
 * Each of these was taken out of the servers once, and was found at once: the sync before a read (answers that no order
 * explains), one in 40 changes of a watch, every second memory of an Idempotency-Key.
 */
t.test(`${histories} histories of ${operations} operations at three servers on a failing store: each record is linearizable, lists are snapshots, watches are complete`, async (t) => {
  const outcome = await run(t, { histories, operations, seed: 1 });
  for (const line of report(outcome, histories)) t.comment(line);
  t.same(outcome.violations, []);
  t.ok(outcome.operations >= histories * operations);
  t.ok(outcome.faults.size > 5 && outcome.breaks > 0, 'there was trouble');
});
