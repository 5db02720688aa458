import type { RecordEntry } from './view.js';

/** Entries in key order, with some as they are in `changed` instead: undefined where there is none. */
export function* merged(entries: Iterable<RecordEntry>, changed: ReadonlyMap<string, RecordEntry | undefined>, prefix: string, after = ''): Generator<RecordEntry, void> {
  const keys = [...changed.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  let next = 0;
  for (const entry of entries) {
    while (next < keys.length && keys[next]! < entry.key) yield* present(changed, keys[next++]!);
    if (keys[next] === entry.key) yield* present(changed, keys[next++]!);
    else yield entry;
  }
  while (next < keys.length) yield* present(changed, keys[next++]!);
}

function present(changed: ReadonlyMap<string, RecordEntry | undefined>, key: string): RecordEntry[] {
  const entry = changed.get(key);
  return entry ? [entry] : [];
}
