import fc from 'fast-check';
import t from 'tap';
import { over } from '../../src/store/log/as-of.js';
import type { RecordIndex } from '../../src/store/log/record-index.js';
import { Overlay, Records, seal, type RecordEntry, type View } from '../../src/store/log/view.js';
import type { Op } from '../../src/store/log/commit.js';

const index: RecordIndex = { prefix: 'a/', termsOf: (value) => new Set(value['numbers'] as number[]) };
const key = fc.constantFrom('a/1', 'a/2', 'a/3', 'b/1');
const numbers = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ op: fc.constant('put' as const), key, value: fc.record({ numbers }) }),
  fc.record({ op: fc.constant('delete' as const), key }),
);
const ops = fc.array(op, { maxLength: 6 });

t.test('what an index finds is what reading all records finds, whatever was written before it was first asked for, since, or is about to be', async (t) => {
  const law = fc.property(ops, ops, ops, (before, after, pending) => {
    const records = new Records();
    records.apply(1, before);
    agree(records);
    records.apply(2, after);
    agree(records);
    const overlay = new Overlay(records);
    overlay.add(pending.map(seal));
    agree(overlay);
    agree(over(records, new Map([['a/1', undefined], ['a/2', { key: 'a/2', value: { numbers: [1] }, rv: 1 }]])));
  });
  t.doesNotThrow(() => fc.assert(law, { numRuns: 10_000 }));
});

function agree(view: View): void {
  for (const term of [0, 1, 2, 3]) {
    const read = [...view.list(index.prefix)].filter(({ value }) => (value['numbers'] as number[]).includes(term));
    const [found, expected] = [keys(view.find(index, term)), keys(read)];
    if (found !== expected) throw new Error(`${term}: found ${found}, and there are ${expected}`);
  }
}

function keys(entries: Iterable<RecordEntry>): string {
  return [...entries].map(({ key, rv }) => `${key}@${rv}`).sort().join(' ');
}
