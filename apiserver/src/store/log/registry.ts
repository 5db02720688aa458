import { StoreUnavailable } from '../object-store.js';
import type { ObjectStore } from '../object-store.js';
import { Answers } from './answers.js';
import { append } from './append.js';
import { asOf } from './as-of.js';
import { settle } from './batch.js';
import type { Batch } from './batch.js';
import { commitKey, decodeCommit, encodeCommit, lastRv, sha256, valueSize } from './commit.js';
import type { Commit, Op } from './commit.js';
import { RegistryClosed, RegistryGone, RegistryLeftBehind, TooManyWaiting } from './errors.js';
import { formatOf } from './format.js';
import { slack } from './history.js';
import type { History, Unsubscribe, WatchOptions } from './history.js';
import { loadRegistry } from './load.js';
import type { Loaded } from './load.js';
import { KnownSnapshots, snapshotAndTrim } from './maintenance.js';
import { withDefaults } from './options.js';
import type { RegistryOptions, Settings } from './options.js';
import { Pending } from './pending.js';
import type { Decide, WriteResult } from './pending.js';
import { beginsAt } from './point.js';
import { checkLink, listedCommits, readOn } from './replay.js';
import type { Link } from './replay.js';
import { Syncs } from './syncs.js';
import { isStray, TrimGuard, type Clocks } from './trim-guard.js';
import { Turns } from './turns.js';
import type { Change, Records, View } from './view.js';
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

const MAX_READ_AHEAD = 32;

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
  readonly #records: Records;
  readonly #history: History;
  readonly #guard: TrimGuard;
  readonly #known = new KnownSnapshots();
  readonly #turns = new Turns();
  #head: Link;

  readonly #waiting: WriteQueue;
  readonly #answers: Answers;
  readonly #syncs: Syncs;
  #readWanted = false;
  #wake: () => void = () => undefined;
  readonly #stopPoll: () => void;
  readonly #loop: Promise<void>;
  #stopped: Error | undefined;
  #maintenance: Promise<void> | undefined;

  /** Commit ids are unique by what is random at the start, and a count. */
  readonly #idPrefix: string;
  #idCount = 0;
  /** Slots lost to other servers in a row. */
  #losses = 0;

  /** Throws RegistryDamaged, naming the object that can't be trusted, or StoreUnavailable. */
  static async open(store: ObjectStore, options: RegistryOptions): Promise<Registry> {
    const settings = withDefaults(options);
    const started = clocks(settings);
    return new Registry(store, settings, await loadRegistry(store, settings), started);
  }

  private constructor(store: ObjectStore, settings: Settings, loaded: Loaded, started: Clocks) {
    this.#store = store;
    this.#settings = settings;
    this.#records = loaded.records;
    this.#history = loaded.history;
    this.#head = loaded.head;
    this.#guard = new TrimGuard(store, settings.keepLogMs, loaded.head, started, () => clocks(settings));
    this.#syncs = new Syncs(settings.timers, settings.deadlineMs);
    this.#waiting = new WriteQueue(settings.mostWaiting);
    this.#answers = new Answers(settings);
    this.#idPrefix = Array.from({ length: 4 }, () => Math.floor(settings.random() * 2 ** 32).toString(16).padStart(8, '0')).join('');
    if (loaded.head.seq - loaded.newestSnapshot >= 2 * settings.snapshotEvery) this.#snapshot();
    this.#loop = this.#run();
    this.#stopPoll = this.#answers.poll(() => this.#readOn());
  }

  /** The records as committed and known here. Read in one go; `sync` first where it must be the latest. */
  get view(): View {
    return this.#records;
  }

  /** The position of all that is known here: watch from it after a list. */
  get rv(): number {
    return lastRv(this.#records.seq);
  }

  /** The oldest position that `watch` takes. */
  get oldestRv(): number {
    return this.#history.floor;
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
    if (seq > this.#head.seq) this.#readOn();
  }

  /** The records as they stood at a resourceVersion, for reading now. Throws WatchExpired when that is too long ago. */
  viewAt(rv: number): View {
    return rv >= this.rv ? this.view : asOf(this.view, this.#history.since(rv));
  }

  /** Every change after a position, in order, each once. Throws WatchExpired when it is no longer kept. */
  watch(options: WatchOptions, deliver: (change: Change) => void): Unsubscribe {
    if (this.#stopped) throw this.#stopped;
    return this.#history.watch(options, deliver);
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
    const error = this.#stopped?.message ?? this.#answers.lastError;
    return { ok: error === undefined, seq: this.#head.seq, sinceMs: this.#answers.sinceMs, ...(error !== undefined && { lastError: error }) };
  }

  /** What is held in memory and has a bound, with it. */
  load(): Load {
    const { mostWaiting, historyEvents, historyBytes } = this.#settings;
    const history = { history: this.#history.size, mostHistory: historyEvents * slack, historyBytes: this.#history.bytes, mostHistoryBytes: historyBytes * slack };
    return { records: this.#records.size, recordBytes: this.#records.bytes, ...history, watchers: this.#history.watchers, waiting: this.#waiting.live, syncs: this.#syncs.size, mostWaiting };
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
        if (error instanceof StoreUnavailable) await this.#trouble(error).catch(() => undefined);
        else this.#fail(error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#waiting.abandon(this.#stopped);
    this.#syncs.rejectAll(this.#stopped);
    this.#history.close(this.#stopped);
  }

  #busy(): boolean {
    return this.#stopped !== undefined || !this.#waiting.isEmpty || this.#syncs.size > 0 || this.#readWanted;
  }

  /** Each round finds the log's end at some moment after it began: that answers who asked before. */
  async #round(): Promise<void> {
    const answerSyncs = this.#syncs.waiting();
    this.#readWanted = false;
    await this.#takeTurn();
    const started = clocks(this.#settings);
    const batch = this.#waiting.decide(this.#records);
    if (batch.ops.length > 0) {
      if (await this.#append(batch, started)) answerSyncs(this.#head.seq);
      return;
    }
    const asked = this.#waiting.now();
    await this.#readToEnd();
    answerSyncs(this.#head.seq);
    // Who came meanwhile may know of a commit that was made after the end was read.
    const upToDate = this.#waiting.decide(this.#records, (write) => asked.has(write));
    if (upToDate.ops.length === 0) this.#settle(upToDate);
  }

  /** Lets other servers put theirs first, while there are any, and takes it in. */
  async #takeTurn(): Promise<void> {
    const { monotonic, random, timers } = this.#settings;
    const started = monotonic();
    const ms = this.#waiting.isEmpty ? 0 : this.#turns.waitMs(started, random);
    if (ms === 0) return;
    await new Promise<void>((resolve) => void timers.after(ms, resolve));
    await this.#readToEnd();
  }

  #settle(batch: Batch): void {
    settle(batch, this.#head.seq);
    this.#waiting.forgetSettled();
  }

  /** True once the batch is the next commit; else another server's was, and is known here now. */
  async #append(batch: Batch, started: Clocks): Promise<boolean> {
    const seq = this.#head.seq + 1;
    const bytes = this.#encode(seq, batch, started.wall);
    for (const write of batch.writes) write.sent = true;
    let ours = false;
    try {
      const appended = await append(this.#store, commitKey(seq), bytes, (error) => this.#trouble(error));
      ours = appended.ours;
      if (!appended.ours) this.#apply(decodeCommit(commitKey(seq), appended.bytes));
    } catch (error) {
      if (error instanceof StoreUnavailable) this.#unsend(batch);
      throw error;
    }
    if (!ours) return this.#lost(batch);
    // A look beside the put would not tell what was trimmed before the put came in.
    await this.#insist(() => this.#guard.check(started, this.#head)).catch((error: unknown) => this.#retract(error));
    this.#answers.came(this.#head.seq);
    this.#losses = 0;
    this.#advance({ seq, hash: sha256(bytes) }, batch.ops.map(({ op }) => op), batch.ops.map(({ line }) => valueSize(line)));
    this.#settle(batch);
    this.#turns.won(started.monotonic, this.#settings.monotonic());
    this.#settings.onCommit({ seq, txns: batch.txns.length, bytes: bytes.length, ms: this.#settings.monotonic() - started.monotonic });
    if (seq % this.#settings.snapshotEvery === 0) this.#snapshot();
    return true;
  }

  /** Takes back a commit that was never part of the log. */
  async #retract(error: unknown): Promise<never> {
    const takeBack = async () => (await isStray(this.#store, this.#head)) && this.#store.delete(commitKey(this.#head.seq + 1));
    if (error instanceof RegistryLeftBehind || error instanceof RegistryGone) await takeBack().catch(() => undefined);
    throw error;
  }

  #encode(seq: number, batch: Batch, wall: number): Buffer {
    const id = `${this.#idPrefix}-${++this.#idCount}`;
    const time = new Date(wall).toISOString();
    const header = { v: formatOf(this.#records, batch.ops.map(({ op }) => op)), seq, writer: this.#settings.writer, id, prev: this.#head.hash, time, txns: batch.txns.length } as const;
    return encodeCommit(header, batch.txns);
  }

  #unsend(batch: Batch): void {
    for (const write of batch.writes) write.sent = false;
  }

  /** The slot right after a lost one is likely free, unless slots are lost again and again. */
  async #lost(batch: Batch): Promise<false> {
    this.#unsend(batch);
    if (++this.#losses > 1) await this.#readToEnd();
    return false;
  }

  async #readToEnd(): Promise<void> {
    for (let slots = 1; ; slots = Math.min(slots * 2, MAX_READ_AHEAD)) {
      const asked = clocks(this.#settings);
      const { commits, end } = await readOn(this.#store, this.#head.seq, slots);
      for (const commit of commits) this.#apply(commit);
      if (!end) continue;
      await this.#guard.check(asked, this.#head);
      return this.#answers.came(this.#head.seq);
    }
  }

  #apply(commit: Commit): void {
    checkLink(this.#head, commit);
    this.#turns.rivalWon(this.#settings.monotonic());
    this.#advance({ seq: commit.header.seq, hash: commit.hash }, commit.txns.flatMap((txn) => txn.ops), commit.sizes);
  }

  #advance(head: Link, ops: Op[], sizes: number[]): void {
    this.#head = head;
    this.#history.add(this.#records.apply(head.seq, ops, sizes));
  }

  async #insist(step: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await this.#trouble(error);
      }
    }
  }

  /** Waits before the next try. Throws when the registry stops. */
  async #trouble(error: StoreUnavailable): Promise<void> {
    this.#guard.doubt();
    await this.#answers.failed(error, this.#head.seq);
    if (this.#stopped) throw this.#stopped;
  }

  #readOn(): void {
    this.#readWanted = true;
    this.#wake();
  }

  #snapshot(): void {
    if (this.#maintenance) return;
    const records = [...this.#records.list('')];
    this.#maintenance = snapshotAndTrim(this.#store, { link: this.#head, records }, this.#settings, this.#known)
      .catch((error: unknown) => this.#settings.log.warn({ err: error, seq: this.#head.seq }, 'no snapshot this time'))
      .finally(() => (this.#maintenance = undefined));
  }

  #fail(error: Error): void {
    if (this.#stopped) return;
    this.#settings.log.error({ err: error, seq: this.#head.seq }, 'the registry has stopped');
    this.#stop(error);
    this.#settings.onFatal(error);
  }

  #stop(error: Error): void {
    this.#stopped ??= error;
    this.#stopPoll();
    this.#answers.end();
    this.#wake();
  }
}

function clocks({ now, monotonic }: Settings): Clocks {
  return { wall: now(), monotonic: monotonic() };
}
