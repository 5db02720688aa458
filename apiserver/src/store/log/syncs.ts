import { StoreUnavailable } from '../object-store.js';
import type { Timers } from './timers.js';

interface Waiter {
  resolve(seq: number): void;
  reject(error: unknown): void;
}

/** Readers who wait until all that was committed before they asked is known here. */
export class Syncs {
  readonly #waiters = new Set<Waiter>();
  readonly #timers: Timers;
  readonly #deadlineMs: number;

  constructor(timers: Timers, deadlineMs: number) {
    this.#timers = timers;
    this.#deadlineMs = deadlineMs;
  }

  get size(): number {
    return this.#waiters.size;
  }

  add(): Promise<number> {
    return new Promise((resolve, reject) => {
      const done = () => {
        stopTimer();
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        resolve: (seq) => (done(), resolve(seq)),
        reject: (error) => (done(), reject(error)),
      };
      const why = `the object store did not answer within ${this.#deadlineMs} ms`;
      const stopTimer = this.#timers.after(this.#deadlineMs, () => waiter.reject(new StoreUnavailable(why, { ambiguous: false })));
      this.#waiters.add(waiter);
    });
  }

  /** Those who wait now; the returned function answers them. */
  waiting(): (seq: number) => void {
    const waiters = [...this.#waiters];
    return (seq) => waiters.forEach((waiter) => waiter.resolve(seq));
  }

  rejectAll(error: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.reject(error);
  }
}
