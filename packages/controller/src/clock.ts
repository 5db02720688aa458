/** Time as the loop needs it; injected, so that tests and the simulation own it. */
export interface Clock {
  /** Monotonic, in ms; only differences mean something. */
  now(): number;
  /** Runs `act` once after `ms`; the answer takes it back. */
  after(ms: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, act) => {
    // Node fires at once what is more than 2³¹ ms away.
    const timer = setTimeout(act, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is moved: for tests and simulations. */
export class ManualClock implements Clock {
  private time = 0;
  private readonly timers = new Set<{ due: number; act: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, act: () => void): () => void {
    const timer = { due: this.time + ms, act };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Moves on by `ms`, firing what falls due, in order. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let next = this.earliest(); next && next.due <= end; next = this.earliest()) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.due);
      next.act();
    }
    this.time = end;
  }

  private earliest(): { due: number; act: () => void } | undefined {
    let first: { due: number; act: () => void } | undefined;
    for (const timer of this.timers) if (!first || timer.due < first.due) first = timer;
    return first;
  }
}
