import { backoff, reconcileRange, type BackoffRange } from './backoff.js';
import { systemClock, type Clock } from './clock.js';

export interface QueueOptions {
  clock?: Clock;
  random?: () => number;
  range?: BackoffRange;
}

/**
 * Keys that need work, each at most once, and never with two workers. A key that is added while it is worked on
 * comes again when that is done. Modelled on client-go's rate limiting work queue.
 */
export class Queue {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly range: BackoffRange;
  private readonly ready = new Set<string>();
  private readonly busy = new Set<string>();
  private readonly again = new Set<string>();
  private readonly delayed = new Map<string, { due: number; cancel: () => void }>();
  private readonly failures = new Map<string, number>();
  private readonly takers: ((key: string | undefined) => void)[] = [];
  private closed = false;

  constructor(options: QueueOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.range = options.range ?? reconcileRange;
  }

  /** Keys that wait for a worker now; delayed ones and those being worked on are not counted. */
  get depth(): number {
    return this.ready.size;
  }

  /** How many keys there are of each sort. */
  get load(): { waiting: number; delayed: number; busy: number } {
    return { waiting: this.ready.size, delayed: this.delayed.size, busy: this.busy.size };
  }

  /** Work on it as soon as a worker is free; a delay that it waited for is over. */
  add(key: string): void {
    if (this.closed) return;
    this.undelay(key);
    if (this.busy.has(key)) this.again.add(key);
    else {
      this.ready.add(key);
      this.serve();
    }
  }

  /** Work on it in `ms`; when it already waits for something sooner, that stands. */
  addAfter(key: string, ms: number): void {
    if (ms <= 0) return this.add(key);
    if (this.closed || this.ready.has(key) || this.again.has(key)) return;
    const due = this.clock.now() + ms;
    const waiting = this.delayed.get(key);
    if (waiting && waiting.due <= due) return;
    waiting?.cancel();
    this.delayed.set(key, { due, cancel: this.clock.after(ms, () => this.add(key)) });
  }

  /** Work on it after its own back-off, which grows with each call until `forget`. Gives the wait in ms. */
  retry(key: string): number {
    const n = this.failures.get(key) ?? 0;
    this.failures.set(key, n + 1);
    const wait = backoff(n, this.random, this.range);
    this.addAfter(key, wait);
    return wait;
  }

  /** How often in a row it had to be retried. */
  retries(key: string): number {
    return this.failures.get(key) ?? 0;
  }

  /** It went well: the next failure is the first again. */
  forget(key: string): void {
    this.failures.delete(key);
  }

  /** The next key, when there is one; undefined once the queue is closed. `done` must follow. */
  take(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.takers.push(resolve);
      this.serve();
    });
  }

  /** The worker is through with it. */
  done(key: string): void {
    this.busy.delete(key);
    if (this.again.delete(key)) this.add(key);
  }

  /** No more keys are given out, and every waiting worker is let go. */
  close(): void {
    this.closed = true;
    for (const { cancel } of this.delayed.values()) cancel();
    this.delayed.clear();
    this.ready.clear();
    this.again.clear();
    this.serve();
  }

  private serve(): void {
    while (this.takers.length > 0) {
      const [key] = this.ready;
      if (key === undefined && !this.closed) return;
      if (key !== undefined) {
        this.ready.delete(key);
        this.busy.add(key);
      }
      this.takers.shift()!(key);
    }
  }

  private undelay(key: string): void {
    this.delayed.get(key)?.cancel();
    this.delayed.delete(key);
  }
}
