import { StoreUnavailable } from '../object-store.js';
import type { ObjectStore } from '../object-store.js';
import { Answers } from './answers.js';
import { append } from './append.js';
import type { Batch } from './batch.js';
import { commitKey, decodeCommit, encodeCommit, sha256, valueSize } from './commit.js';
import type { Commit, Op } from './commit.js';
import { RegistryGone, RegistryLeftBehind } from './errors.js';
import { formatOf } from './format.js';
import type { History } from './history.js';
import type { Loaded } from './load.js';
import type { Settings } from './options.js';
import { checkLink, readOn } from './replay.js';
import type { Link } from './replay.js';
import { isStray, TrimGuard, type Clocks } from './trim-guard.js';
import { Turns } from './turns.js';
import type { Records } from './view.js';

const mostReadAhead = 32;

/**
 * The end of the log as this server knows it, and the only hand on it: puts commits there and takes in those of others.
 * One call at a time. What it does is tried again until the store answers, or until `stopped` tells why not any more.
 */
export class LogEnd {
  readonly records: Records;
  readonly history: History;
  readonly answers: Answers;
  readonly #store: ObjectStore;
  readonly #settings: Settings;
  readonly #stopped: () => Error | undefined;
  readonly #guard: TrimGuard;
  readonly #turns = new Turns();
  #head: Link;

  /** Commit ids are unique by what is random at the start, and a count. */
  readonly #idPrefix: string;
  #idCount = 0;
  /** Slots lost to other servers in a row. */
  #losses = 0;

  /** What was loaded was the whole log at some moment after `started`. */
  constructor(store: ObjectStore, settings: Settings, loaded: Loaded, started: Clocks, stopped: () => Error | undefined) {
    this.#store = store;
    this.#settings = settings;
    this.#stopped = stopped;
    this.records = loaded.records;
    this.history = loaded.history;
    this.#head = loaded.head;
    this.answers = new Answers(settings);
    this.#guard = new TrimGuard(store, settings.keepLogMs, loaded.head, started, () => clocks(settings));
    this.#idPrefix = Array.from({ length: 4 }, () => Math.floor(settings.random() * 2 ** 32).toString(16).padStart(8, '0')).join('');
  }

  /** The last commit that is known here. */
  get head(): Link {
    return this.#head;
  }

  /** Lets other servers put theirs first, while there are any, and takes it in. */
  async takeTurn(): Promise<void> {
    const { monotonic, random, timers } = this.#settings;
    const ms = this.#turns.waitMs(monotonic(), random);
    if (ms === 0) return;
    await new Promise<void>((resolve) => void timers.after(ms, resolve));
    await this.readToEnd();
  }

  /**
   * True once the batch is the next commit; else another server's was, and is known here now. Throws StoreUnavailable while
   * nothing of it can have come in, RegistryLeftBehind and RegistryGone when it has become no part of the log.
   */
  async append(batch: Batch): Promise<boolean> {
    const started = clocks(this.#settings);
    const seq = this.#head.seq + 1;
    const bytes = this.#encode(seq, batch, started.wall);
    for (const write of batch.writes) write.sent = true;
    let ours = false;
    try {
      const appended = await append(this.#store, commitKey(seq), bytes, (error) => this.trouble(error));
      ours = appended.ours;
      if (!appended.ours) this.#apply(decodeCommit(commitKey(seq), appended.bytes));
    } catch (error) {
      if (error instanceof StoreUnavailable) unsend(batch);
      throw error;
    }
    if (!ours) return this.#lost(batch);
    // A look beside the put would not tell what was trimmed before the put came in.
    await this.#insist(() => this.#guard.check(started, this.#head)).catch((error: unknown) => this.#retract(error));
    this.answers.came(this.#head.seq);
    this.#losses = 0;
    this.#advance({ seq, hash: sha256(bytes) }, batch.ops.map(({ op }) => op), batch.ops.map(({ line }) => valueSize(line)));
    const now = this.#settings.monotonic();
    this.#turns.won(started.monotonic, now);
    this.#settings.onCommit({ seq, txns: batch.txns.length, bytes: bytes.length, ms: now - started.monotonic });
    return true;
  }

  /** Takes in all that was committed anywhere before the call. */
  async readToEnd(): Promise<void> {
    for (let slots = 1; ; slots = Math.min(slots * 2, mostReadAhead)) {
      const asked = clocks(this.#settings);
      const { commits, end } = await readOn(this.#store, this.#head.seq, slots);
      for (const commit of commits) this.#apply(commit);
      if (!end) continue;
      await this.#guard.check(asked, this.#head);
      return this.answers.came(this.#head.seq);
    }
  }

  /** Waits before the next try. Throws when nothing is to be tried any more. */
  async trouble(error: StoreUnavailable): Promise<void> {
    this.#guard.doubt();
    await this.answers.failed(error, this.#head.seq);
    const stopped = this.#stopped();
    if (stopped) throw stopped;
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
    const header = { v: formatOf(this.records, batch.ops.map(({ op }) => op)), seq, writer: this.#settings.writer, id, prev: this.#head.hash, time, txns: batch.txns.length } as const;
    return encodeCommit(header, batch.txns);
  }

  /** The slot right after a lost one is likely free, unless slots are lost again and again. */
  async #lost(batch: Batch): Promise<false> {
    unsend(batch);
    if (++this.#losses > 1) await this.readToEnd();
    return false;
  }

  #apply(commit: Commit): void {
    checkLink(this.#head, commit);
    this.#turns.rivalWon(this.#settings.monotonic());
    this.#advance({ seq: commit.header.seq, hash: commit.hash }, commit.txns.flatMap((txn) => txn.ops), commit.sizes);
  }

  #advance(head: Link, ops: Op[], sizes: number[]): void {
    this.#head = head;
    this.history.add(this.records.apply(head.seq, ops, sizes));
  }

  async #insist(step: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await this.trouble(error);
      }
    }
  }
}

function unsend(batch: Batch): void {
  for (const write of batch.writes) write.sent = false;
}

export function clocks({ now, monotonic }: Settings): Clocks {
  return { wall: now(), monotonic: monotonic() };
}
