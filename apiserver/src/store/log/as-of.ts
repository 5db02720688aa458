import { merged } from './merged.js';
import { isFoundBy } from './record-index.js';
import type { Change, RecordEntry, View } from './view.js';

/** The records before these changes, which are all that there were since. */
export function asOf(view: View, changes: readonly Change[]): View {
  const before = new Map<string, RecordEntry | undefined>();
  for (const { key, previous, previousRv } of changes) if (!before.has(key)) before.set(key, previous && { key, value: previous, rv: previousRv! });
  return before.size === 0 ? view : over(view, before);
}

/** Some records as they are in `changed`, undefined where there is none, and the others as in `view`. */
export function over(view: View, changed: ReadonlyMap<string, RecordEntry | undefined>): View {
  return {
    seq: view.seq,
    get: (key) => (changed.has(key) ? changed.get(key) : view.get(key)),
    list: (prefix, after) => merged(view.list(prefix, after), changed, prefix, after),
    find: (index, term) => [...[...view.find(index, term)].filter(({ key }) => !changed.has(key)), ...[...changed.values()].filter((entry) => entry !== undefined).filter((entry) => isFoundBy(entry, index, term))],
  };
}
