import fc from 'fast-check';
import t from 'tap';
import { asOf } from '../../src/store/log/as-of.js';
import type { Op } from '../../src/store/log/commit.js';
import { Overlay, Records, seal, type RecordEntry, type View } from '../../src/store/log/view.js';

const name = fc.constantFrom('a', 'a/', 'a/1', 'a/1/x', 'a/10', 'a/2', 'a0', 'b/1');
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ op: fc.constant('put' as const), key: name, value: fc.record({ n: fc.nat(9) }) }),
  fc.record({ op: fc.constant('delete' as const), key: name }),
);
const ops = fc.array(op, { maxLength: 8 });

t.test('a page is what a list of all has after its key, now, at an earlier moment and amid a commit', async (t) => {
  const law = fc.property(ops, ops, ops, fc.constantFrom('', 'a', 'a/', 'b/'), name, (before, later, pending, prefix, after) => {
    const records = new Records();
    records.apply(1, before);
    const then = text(records.list(''));
    const changes = records.apply(2, later);
    const overlay = new Overlay(records);
    overlay.add(pending.map(seal));
    const past = asOf(records, changes);
    if (text(past.list('')) !== then) throw new Error(`it was ${then}, and is said to have been ${text(past.list(''))}`);
    for (const view of [records, past, overlay]) agree(view, prefix, after);
  });
  t.doesNotThrow(() => fc.assert(law, { numRuns: 10_000 }));
});

function agree(view: View, prefix: string, after: string): void {
  const expected = text([...view.list('')].filter(({ key }) => key.startsWith(prefix) && key > after));
  const page = text(view.list(prefix, after));
  if (page !== expected) throw new Error(`${prefix} after ${after}: ${page}, and there are ${expected}`);
}

function text(entries: Iterable<RecordEntry>): string {
  return [...entries].map(({ key, rv, value }) => `${key}@${rv}=${JSON.stringify(value)}`).join(' ');
}
