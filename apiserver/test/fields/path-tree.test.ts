import fc from 'fast-check';
import t from 'tap';
import { pathKey, type Path } from '../../src/fields/leaves.js';
import { nearestAmong } from '../../src/fields/path-tree.js';

const part = fc.constantFrom('f:a', 'f:b', 'k:{"id":1}', 'v:1');
const path = fc.array(part, { minLength: 1, maxLength: 5 });

/** What it means, as plainly as it can be said. */
function nearest(of: Path, paths: ReadonlySet<string>): string | undefined {
  const holders = of.map((_, index) => of.slice(0, index + 1)).filter((holder) => holder.length === of.length || !holder.at(-1)!.startsWith('k:'));
  return holders.map(pathKey).findLast((key) => paths.has(key));
}

t.test('a path is found, or else the longest that it lies in and that is no item of a list', async () => {
  fc.assert(fc.property(fc.array(path), path, (paths, of) => {
    const keys = new Set(paths.map(pathKey));
    return nearestAmong(keys)(pathKey(of)) === nearest(of, keys);
  }), { numRuns: 10_000 });
});

t.test('thousands of paths below long chains of names are each looked for in one go', async (t) => {
  const chain = Array.from({ length: 4_000 }, () => 'f:a');
  const look = nearestAmong(new Set([pathKey(['f:a'])]));
  const found = new Set(Array.from({ length: 3_000 }, (_, i) => look(pathKey([...chain, `f:${i}`]))));
  t.strictSame([...found], [pathKey(['f:a'])]);
});
