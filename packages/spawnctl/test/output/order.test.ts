import t from 'tap';
import { orderBy } from '../../src/output/order.js';

await t.test('numbers go by size, text by the size of the numbers in it, and what has none comes first', async (t) => {
  const by = (path: string, ...values: unknown[]) => orderBy(path, values.map((a) => ({ a })), (item) => item).map((item) => item.a);
  t.strictSame(by('.a', 10, 9, 100), [9, 10, 100]);
  t.strictSame(by('{.a}', 'web-10', 'web-9', 'db'), ['db', 'web-9', 'web-10']);
  t.strictSame(by('a', 'x', undefined, 'b'), [undefined, 'b', 'x']);
  t.throws(() => by('.b', 'x'), /none of them has \.b/);
  t.strictSame(by('.a'), []);
});
