import type { ObjectStore } from '../object-store.js';
import { commitKey } from './commit.js';
import { RegistryLeftBehind } from './errors.js';
import { listSnapshots } from './snapshot.js';

/**
 * Notices that this server was stopped for so long that others may have trimmed commits it never
 * saw: a slot that is empty because its commit was removed must not be taken for the log's end.
 * Trimming goes from the oldest on, so while the last proven commit is there, nothing is missing.
 */
export class TrimGuard {
  readonly #store: ObjectStore;
  readonly #sleepMs: number;
  #seq: number;
  #at: number;

  /** At `at` (wall clock, ms) the log was known to end at `seq` or later. */
  constructor(store: ObjectStore, keepLogMs: number, seq: number, at: number) {
    this.#store = store;
    this.#sleepMs = keepLogMs / 2;
    this.#seq = seq;
    this.#at = at;
  }

  proven(seq: number, at: number): void {
    this.#seq = seq;
    this.#at = at;
  }

  /** Costs nothing unless it is long since the last proof. Throws RegistryLeftBehind. */
  async check(now: number): Promise<void> {
    const since = now - this.#at;
    if (since >= 0 && since < this.#sleepMs) return;
    const intact = this.#seq === 0 ? (await listSnapshots(this.#store)).length < 2 : await this.#store.get(commitKey(this.#seq));
    if (!intact) throw new RegistryLeftBehind(this.#seq);
  }
}
