import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import type { CurrentState } from './records.js';

/**
 * An object that no record names any more is marked by a record of its own, `unnamed/{key of the object}`, in the commit
 * that took its name away. It is erased once the log begins after that commit: until then a restore to a sequence that is
 * still kept may name it again.
 */
const prefix = 'unnamed/';

/** Records whose objects live in `clients/`, and where in them the key stands. */
const namers = ['states/', 'state-history/', 'state-evidence/'] as const;

export function unname(keys: Iterable<string>, now: string | undefined): Op[] {
  return [...new Set(keys)].map((key): Op => ({ op: 'put', key: prefix + key, value: now === undefined ? {} : { time: now } }));
}

/** A name is given again. */
export function nameAgain(key: string): Op {
  return { op: 'delete', key: prefix + key };
}

export function isUnnamed(view: View, key: string): boolean {
  return view.get(prefix + key) !== undefined;
}

/** Marked objects, with the resourceVersion of the mark. */
export function* marked(view: View): Generator<{ key: string; rv: number }> {
  for (const { key, rv } of view.list(prefix)) yield { key: key.slice(prefix.length), rv };
}

/** Keys of all objects of states that records name. */
export function namedKeys(view: View): Set<string> {
  const named = new Set<string>();
  for (const namer of namers) {
    for (const { value } of view.list(namer)) {
      const { key, current } = value as unknown as { key?: string; current?: CurrentState };
      if (key !== undefined) named.add(key);
      if (current !== undefined) named.add(current.key);
    }
  }
  return named;
}
