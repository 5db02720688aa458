import { StoreUnavailable } from '../object-store.js';
import type { Op } from './commit.js';
import type { Timers } from './timers.js';
import type { View } from './view.js';

/** What a write decides from the records as they stand: pure and synchronous; it throws to refuse. */
export type Decide<T> = (view: View) => { ops: Op[]; result: T };

export interface WriteResult<T> {
  /** The commit that holds it; the latest known one when it had nothing to commit. */
  seq: number;
  /** One for each operation. */
  rvs: number[];
  result: T;
}

/** A write that waits for its commit, at most until its deadline. */
export class Pending {
  readonly author: string;
  readonly requestId: string | undefined;
  readonly decide: Decide<unknown>;
  readonly promise: Promise<WriteResult<unknown>>;
  /** True once its commit is on the way: from then on giving up is ambiguous. */
  sent = false;
  #settled = false;
  #resolve!: (result: WriteResult<unknown>) => void;
  #reject!: (error: unknown) => void;
  readonly #stopTimer: () => void;

  constructor(author: string, requestId: string | undefined, decide: Decide<unknown>, timers: Timers, deadlineMs: number) {
    this.author = author;
    this.requestId = requestId;
    this.decide = decide;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#stopTimer = timers.after(deadlineMs, () => this.reject(this.#tooLate(deadlineMs)));
  }

  /** Its caller has had an answer, so it must not be decided again. */
  get settled(): boolean {
    return this.#settled;
  }

  resolve(result: WriteResult<unknown>): void {
    this.#settle(() => this.#resolve(result));
  }

  reject(error: unknown): void {
    this.#settle(() => this.#reject(error));
  }

  /** The registry stops; what is on its way to the store may still land there. */
  abandon(error: Error): void {
    if (!this.sent) return this.reject(error);
    this.reject(new StoreUnavailable(`${error.message}; the write may still be committed: read before you repeat it`, { ambiguous: true, cause: error }));
  }

  #settle(answer: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#stopTimer();
    answer();
  }

  #tooLate(deadlineMs: number): StoreUnavailable {
    const outcome = this.sent ? 'it may still be committed: read before you repeat it' : 'it was not committed: repeat it later';
    return new StoreUnavailable(`the object store did not take the write within ${deadlineMs} ms; ${outcome}`, { ambiguous: this.sent });
  }
}
