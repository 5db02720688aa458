import type { ObjectStore } from '../object-store.js';
import { commitKey, sha256 } from './commit.js';
import { RegistryGone, RegistryLeftBehind } from './errors.js';
import type { Link } from './replay.js';
import { listSnapshots } from './snapshot.js';

/** How long it may take until a history that is gone is noticed, while the store answers. */
const LOOK_MS = 5_000;
const LONGEST_KNOWN_MS = 600_000;

/** In ms. Wall clocks are only a further reason for a look: the monotonic one stands still while the machine sleeps. */
export interface Clocks {
  wall: number;
  monotonic: number;
}

/**
 * So long a server must have known a snapshot, by its own monotonic clock, before it removes what stands before it. Who
 * proved to be up to date less than half as long ago has thus read at least as far, whatever anybody's wall clock says.
 */
export function knownMs(keepLogMs: number): number {
  return Math.min(keepLogMs, LONGEST_KNOWN_MS);
}

/**
 * Notices that the history which this server knows is not in the store any more: that it was stopped for so long that
 * others have trimmed commits it never saw, or that the bucket was emptied, or holds another history now. A slot that is
 * empty for such a reason must not be taken for the log's end. Trimming goes from the oldest on, so while the last proven
 * commit is there, nothing is missing.
 */
export class TrimGuard {
  readonly #store: ObjectStore;
  readonly #everyMs: number;
  #proven: Link;
  #at: Clocks;
  #doubted = false;
  #looking: Promise<void> | undefined;

  /** At `at` this commit stood in the log. */
  constructor(store: ObjectStore, keepLogMs: number, proven: Link, at: Clocks) {
    this.#store = store;
    this.#everyMs = Math.min(knownMs(keepLogMs) / 2, LOOK_MS);
    this.#proven = proven;
    this.#at = at;
  }

  /** The store did not answer: who knows what it is when it does. */
  doubt(): void {
    this.#doubted = true;
  }

  /**
   * Costs nothing unless it is some time since the last proof, which began before this call. `head` was in the log before it.
   * Throws RegistryLeftBehind, RegistryGone.
   */
  async check(now: Clocks, head: Link): Promise<void> {
    await this.#looking?.catch(() => undefined);
    if (this.#proven.seq === 0) this.#proven = head;
    const since = Math.max(now.monotonic - this.#at.monotonic, Math.abs(now.wall - this.#at.wall));
    if (!this.#doubted && since < this.#everyMs) return;
    this.#looking = this.#look(now, head);
    await this.#looking.finally(() => (this.#looking = undefined));
  }

  async #look(now: Clocks, head: Link): Promise<void> {
    this.#doubted = false;
    try {
      await this.#prove(head.seq);
      this.#proven = head;
      this.#at = now;
    } catch (error) {
      this.#doubted = true;
      throw error;
    }
  }

  async #prove(known: number): Promise<void> {
    const { seq, hash } = this.#proven;
    if (seq === 0) return this.#proveBeginning();
    const found = await this.#store.get(commitKey(seq));
    if (found !== undefined && sha256(found) === hash) return;
    if (found !== undefined) throw new RegistryGone(this.#store.name, known, 'holds another history now');
    throw (await this.#isTrimmed()) ? new RegistryLeftBehind(seq) : new RegistryGone(this.#store.name, known, 'has lost it');
  }

  async #proveBeginning(): Promise<void> {
    if (await this.#isTrimmed()) throw new RegistryLeftBehind(0);
  }

  /** Trimming leaves the last two snapshots. Commits alone prove nothing: they may be our own, in a bucket that was emptied. */
  async #isTrimmed(): Promise<boolean> {
    return (await listSnapshots(this.#store)).length >= 2;
  }
}
