import { decideBatch, type Batch } from './batch.js';
import type { Pending } from './pending.js';
import type { Records } from './view.js';

/** Writes that wait for their commit, in order. Whose caller has given up takes no place. */
export class WriteQueue {
  #waiting: Pending[] = [];

  constructor(private readonly most: number) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** So many have a caller that still waits. */
  get live(): number {
    return this.#waiting.reduce((sum, write) => sum + (write.settled ? 0 : 1), 0);
  }

  /** With settled ones, so that asking costs nothing. */
  get length(): number {
    return this.#waiting.length;
  }

  add(write: Pending): void {
    this.#waiting.push(write);
  }

  isFull(): boolean {
    if (this.#waiting.length >= this.most) this.forgetSettled();
    return this.#waiting.length >= this.most;
  }

  forgetSettled(): void {
    this.#waiting = this.#waiting.filter((write) => !write.settled);
  }

  /** Those that wait now: they come before all others. */
  now(): ReadonlySet<Pending> {
    return new Set(this.#waiting);
  }

  decide(records: Records, which: (write: Pending) => boolean = () => true): Batch {
    this.forgetSettled();
    return decideBatch(this.#waiting.filter(which), records);
  }

  abandon(why: Error): void {
    for (const write of this.#waiting) write.abandon(why);
  }
}
