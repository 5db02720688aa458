import type { ObjectStore } from '../object-store.js';
import { commitKey, sha256 } from './commit.js';
import { RegistryGone, RegistryLeftBehind } from './errors.js';
import type { Link } from './replay.js';
import { listSnapshots, snapshotKey } from './snapshot.js';

/** How long it may take until a history that is gone is noticed, while the store answers. */
const lookMs = 5_000;
const longestKnownMs = 600_000;

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
  return Math.min(keepLogMs, longestKnownMs);
}

/**
 * Notices that the history which this server knows is not in the store any more: that it was stopped for so long that
 * others have trimmed commits it never saw, or that the bucket was emptied, or holds another history now. A slot that is
 * empty for such a reason must not be taken for the log's end. Trimming goes from the oldest on, so while the last proven
 * commit is there, nothing is missing.
 */
export class TrimGuard {
  readonly #store: ObjectStore;
  readonly #clocks: () => Clocks;
  readonly #everyMs: number;
  #proven: Link;
  #upToDate: Clocks;
  #doubted = false;

  /** At `upToDate` this commit was the last of the log. */
  constructor(store: ObjectStore, keepLogMs: number, proven: Link, upToDate: Clocks, clocks: () => Clocks) {
    this.#store = store;
    this.#clocks = clocks;
    this.#everyMs = Math.min(knownMs(keepLogMs) / 2, lookMs);
    this.#proven = proven;
    this.#upToDate = upToDate;
  }

  /** The store did not answer: who knows what it is when it does. */
  doubt(): void {
    this.#doubted = true;
  }

  /**
   * Looks whether all up to `head` stood in the log when this was called, and so was not put or looked for in a slot that had been
   * trimmed. Costs nothing so soon after this server was up to date that nobody can have trimmed what it had not read. At
   * `upToDate` nothing came after `head`: it is from before the store was asked, for a process may be stopped at any line.
   * One call at a time. Throws RegistryLeftBehind, RegistryGone.
   */
  async check(upToDate: Clocks, head: Link): Promise<void> {
    if (this.#proven.seq === 0) this.#proven = head;
    const now = this.#clocks();
    const since = Math.max(now.monotonic - this.#upToDate.monotonic, Math.abs(now.wall - this.#upToDate.wall));
    if (!this.#doubted && since < this.#everyMs) return;
    this.#doubted = false;
    try {
      await this.#prove(head.seq);
      this.#proven = head;
      this.#upToDate = upToDate;
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

/**
 * Whether our commit after `head` went into a slot that had been trimmed, or into an emptied bucket. Else it follows its
 * predecessor, or a snapshot holds it already: then others may have read it, and it is theirs too.
 */
export async function isStray(store: ObjectStore, head: Link): Promise<boolean> {
  const before = await store.get(commitKey(head.seq));
  if (before !== undefined) return sha256(before) !== head.hash;
  return (await store.get(snapshotKey(head.seq + 1))) === undefined;
}
