import { StoreUnavailable } from '../object-store.js';
import type { ObjectStore } from '../object-store.js';
import { commitId } from './commit.js';

/** Whose commit stands in the slot now. */
export type Appended = { ours: true } | { ours: false; bytes: Buffer };

/** Called after each failure; settles when it is time to try again, throws to give up. */
export type OnTrouble = (error: StoreUnavailable) => Promise<void>;

/**
 * Puts a commit into its slot and finds out for certain whose it became.
 *
 * Once an answer was lost, the put may land at any time: so it is only ever repeated with the
 * same bytes at the same slot, until the slot is known to hold ours or another's.
 * Throws StoreUnavailable only while it is certain that nothing of ours can land.
 */
export async function append(store: ObjectStore, key: string, bytes: Buffer, onTrouble: OnTrouble): Promise<Appended> {
  const id = commitId(key, bytes);
  let mayLand = false;
  for (let step: 'put' | 'read' = 'put'; ; ) {
    try {
      const put = step === 'put' ? await store.putIfAbsent(key, bytes) : undefined;
      if (put === 'created') return { ours: true };
      const found = await store.get(key);
      if (found) return commitId(key, found) === id ? { ours: true } : { ours: false, bytes: found };
      if (put === 'exists') throw new StoreUnavailable(`${store.name}: ${key} exists and can't be read`, { ambiguous: false });
      step = 'put';
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      mayLand ||= error.ambiguous;
      if (!mayLand) throw error;
      await onTrouble(error);
      step = 'read';
    }
  }
}
