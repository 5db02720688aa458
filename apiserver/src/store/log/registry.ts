import { asError } from '@spawnit/contract';
import { StoreUnavailable } from '../object-store.js';
import type { ObjectStore } from '../object-store.js';
import { asOf } from './as-of.js';
import { settle } from './batch.js';
import type { Batch } from './batch.js';
import { lastRv } from './commit.js';
import type { Commit } from './commit.js';
import { RegistryClosed, TooManyWaiting } from './errors.js';
import { slack } from './history.js';
import type { Unsubscribe, WatchOptions } from './history.js';
import { loadRegistry } from './load.js';
import type { Loaded } from './load.js';
import { clocks, LogEnd } from './log-end.js';
import { KnownSnapshots, snapshotAndTrim } from './maintenance.js';
import { withDefaults } from './options.js';
import type { RegistryOptions, Settings } from './options.js';
import { Pending } from './pending.js';
import type { Decide, WriteResult } from './pending.js';
import { beginsAt } from './point.js';
import { checkLink, listedCommits } from './replay.js';
import type { Link } from './replay.js';
import { Syncs } from './syncs.js';
import type { Clocks } from './trim-guard.js';
import type { Change, View } from './view.js';
import { WriteQueue } from './write-queue.js';

export interface Health {
  ok: boolean;
  seq: number;
  lastError?: string;
  /** Since the store last answered. */
  sinceMs: number;
}

/** How much of the registry is in memory now, and how much waits. */
export interface Load {
  records: number;
  /** Sizes are of JSON, in characters. */
  recordBytes: number;
  history: number;
  mostHistory: number;
  historyBytes: number;
  mostHistoryBytes: number;
  watchers: number;
  waiting: number;
  syncs: number;
  mostWaiting: number;
}

/**
 * All records, as the log in the object store has them.
 *
 * One loop does everything that touches the log, a round at a time: it appends a commit with all
 * writes that wait, or reads on. So memory is always some prefix of the log, and each answer is
 * given only when the log has confirmed what it was decided upon.
 */
export class Registry {
  readonly #store: ObjectStore;
  readonly #settings: Settings;
  readonly #end: LogEnd;
  readonly #known = new KnownSnapshots();

  readonly #waiting: WriteQueue;
  readonly #syncs: Syncs;
  #readWanted = false;
  #wake: () => void = () => undefined;
  readonly #stopPoll: () => void;
  readonly #loop: Promise<void>;
  #stopped: Error | undefined;
  #maintenance: Promise<void> | undefined;

  /** Throws RegistryDamaged, naming the object that can't be trusted, or StoreUnavailable. */
  static async open(store: ObjectStore, options: RegistryOptions): Promise<Registry> {
    const settings = withDefaults(options);
    const started = clocks(settings);
    return new Registry(store, settings, await loadRegistry(store, settings), started);
  }

  private constructor(store: ObjectStore, settings: Settings, loaded: Loaded, started: Clocks) {
    this.#store = store;
    this.#settings = settings;
    this.#end = new LogEnd(store, settings, loaded, started, () => this.#stopped);
    this.#syncs = new Syncs(settings.timers, settings.deadlineMs);
    this.#waiting = new WriteQueue(settings.mostWaiting);
    if (loaded.head.seq - loaded.newestSnapshot >= 2 * settings.snapshotEvery) this.#snapshot();
    this.#loop = this.#run();
    this.#stopPoll = this.#end.answers.poll(() => this.#readOn());
  }

  /** The records as committed and known here. Read in one go; `sync` first where it must be the latest. */
  get view(): View {
    return this.#end.records;
  }

  /** The position of all that is known here: watch from it after a list. */
  get rv(): number {
    return lastRv(this.view.seq);
  }

  /** The oldest position that `watch` takes. */
  get oldestRv(): number {
    return this.#end.history.floor;
  }

  /**
   * Commits what `decide` makes of the records, or rejects with what it throws. It is called again
   * whenever other commits came first; it sees the writes before it in the same commit. An answer
   * without operations and a refusal, too, are given only once they are known to be up to date.
   * Rejects with StoreUnavailable at the deadline: `ambiguous` tells whether it may still be committed; with TooManyWaiting
   * at once when the store can't keep up.
   */
  write<T>(author: string, decide: Decide<T>, { requestId }: { requestId?: string } = {}): Promise<WriteResult<T>> {
    if (this.#stopped) return Promise.reject(this.#stopped);
    if (this.#waiting.isFull()) return Promise.reject(new TooManyWaiting(this.#waiting.length));
    const pending = new Pending(author, requestId, decide, this.#settings.timers, this.#settings.deadlineMs);
    this.#waiting.add(pending);
    this.#wake();
    return pending.promise as Promise<WriteResult<T>>;
  }

  /** Settles when all that was committed anywhere before the call is in `view`; gives its sequence. */
  sync(): Promise<number> {
    if (this.#stopped) return Promise.reject(this.#stopped);
    if (this.#syncs.size >= this.#settings.mostWaiting) return Promise.reject(new TooManyWaiting(this.#syncs.size));
    const synced = this.#syncs.add();
    this.#wake();
    return synced;
  }

  /** A peer says that the log has reached this sequence. */
  hint(seq: number): void {
    if (seq > this.#end.head.seq) this.#readOn();
  }

  /** The records as they stood at a resourceVersion, for reading now. Throws WatchExpired when that is too long ago. */
  viewAt(rv: number): View {
    return rv >= this.rv ? this.view : asOf(this.view, this.#end.history.since(rv));
  }

  /** Every change after a position, in order, each once. Throws WatchExpired when it is no longer kept. */
  watch(options: WatchOptions, deliver: (change: Change) => void): Unsubscribe {
    if (this.#stopped) throw this.#stopped;
    return this.#end.history.watch(options, deliver);
  }

  /** Commits that are still kept, oldest first, for audits and restores; both ends inclusive. */
  async *history({ from = 1, to = Infinity }: { from?: number; to?: number } = {}): AsyncGenerator<Commit, void> {
    let last: Link | undefined;
    for await (const commit of listedCommits(this.#store, Math.max(0, from - 1))) {
      if (commit.header.seq > to) return;
      if (last) checkLink(last, commit);
      last = { seq: commit.header.seq, hash: commit.hash };
      yield commit;
    }
  }

  /** Nothing that was committed before this sequence, and not after, stands anywhere in the log. */
  beginsAt(): Promise<number> {
    return beginsAt(this.#store);
  }

  health(): Health {
    const error = this.#stopped?.message ?? this.#end.answers.lastError;
    return { ok: error === undefined, seq: this.#end.head.seq, sinceMs: this.#end.answers.sinceMs, ...(error !== undefined && { lastError: error }) };
  }

  /** What is held in memory and has a bound, with it. */
  load(): Load {
    const { mostWaiting, historyEvents, historyBytes } = this.#settings;
    const { records, history } = this.#end;
    const kept = { history: history.size, mostHistory: historyEvents * slack, historyBytes: history.bytes, mostHistoryBytes: historyBytes * slack };
    return { records: records.size, recordBytes: records.bytes, ...kept, watchers: history.watchers, waiting: this.#waiting.live, syncs: this.#syncs.size, mostWaiting };
  }

  /** Stops after the round under way; writes that still wait are rejected. */
  async close(): Promise<void> {
    this.#stop(new RegistryClosed('the registry was closed'));
    await this.#loop;
    await this.#maintenance;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      if (!this.#busy()) await new Promise<void>((resolve) => (this.#wake = resolve));
      await this.#settings.timers.turn();
      try {
        if (!this.#stopped) await this.#round();
      } catch (error) {
        if (error instanceof StoreUnavailable) await this.#end.trouble(error).catch(() => undefined);
        else this.#fail(asError(error));
      }
    }
    this.#waiting.abandon(this.#stopped);
    this.#syncs.rejectAll(this.#stopped);
    this.#end.history.close(this.#stopped);
  }

  #busy(): boolean {
    return this.#stopped !== undefined || !this.#waiting.isEmpty || this.#syncs.size > 0 || this.#readWanted;
  }

  /** Each round finds the log's end at some moment after it began: that answers who asked before. */
  async #round(): Promise<void> {
    const answerSyncs = this.#syncs.waiting();
    this.#readWanted = false;
    if (!this.#waiting.isEmpty) await this.#end.takeTurn();
    const batch = this.#waiting.decide(this.#end.records);
    if (batch.ops.length > 0) {
      if (!(await this.#end.append(batch))) return;
      this.#settle(batch);
      if (this.#end.head.seq % this.#settings.snapshotEvery === 0) this.#snapshot();
      return answerSyncs(this.#end.head.seq);
    }
    const asked = this.#waiting.now();
    await this.#end.readToEnd();
    answerSyncs(this.#end.head.seq);
    // Who came meanwhile may know of a commit that was made after the end was read.
    const upToDate = this.#waiting.decide(this.#end.records, (write) => asked.has(write));
    if (upToDate.ops.length === 0) this.#settle(upToDate);
  }

  #settle(batch: Batch): void {
    settle(batch, this.#end.head.seq);
    this.#waiting.forgetSettled();
  }

  #readOn(): void {
    this.#readWanted = true;
    this.#wake();
  }

  #snapshot(): void {
    if (this.#maintenance) return;
    const records = [...this.#end.records.list('')];
    this.#maintenance = snapshotAndTrim(this.#store, { link: this.#end.head, records }, this.#settings, this.#known)
      .catch((error: unknown) => this.#settings.log.warn({ err: error, seq: this.#end.head.seq }, 'no snapshot this time'))
      .finally(() => (this.#maintenance = undefined));
  }

  #fail(error: Error): void {
    if (this.#stopped) return;
    this.#settings.log.error({ err: error, seq: this.#end.head.seq }, 'the registry has stopped');
    this.#stop(error);
    this.#settings.onFatal(error);
  }

  #stop(error: Error): void {
    this.#stopped ??= error;
    this.#stopPoll();
    this.#end.answers.end();
    this.#wake();
  }
}
