import type { Timeline } from './timeline.js';

export interface ProcessClocks {
  /** How fast its clocks run, 1 being true. */
  rate: number;
  /** How far its wall clock is off, in ms. */
  wallOffset: number;
}

const epoch = Date.UTC(2026, 0, 1);

/**
 * A process: what happens in it can be stopped and continued (SIGSTOP, SIGCONT), or end for ever (SIGKILL). Nothing that
 * it waits for ever comes back to it once it is dead, so whatever it was about to do next is never done.
 */
export class SimulatedProcess {
  dead = false;
  stopped = false;
  readonly backlog: (() => void)[] = [];
  readonly #onEnd = new Set<() => void>();

  constructor(
    private readonly timeline: Timeline,
    readonly name: string,
    readonly clocks: ProcessClocks = { rate: 1, wallOffset: 0 },
  ) {}

  /** ms of a clock that only goes forward. */
  monotonic(): number {
    return this.timeline.now * this.clocks.rate;
  }

  /** ms since 1970. */
  wall(): number {
    return Math.floor(epoch + this.monotonic() + this.clocks.wallOffset);
  }

  /** After `ms` on its own clock. */
  after(ms: number, act: () => void): () => void {
    return this.timeline.after(ms / this.clocks.rate, this, act);
  }

  onEnd(act: () => void): () => void {
    this.#onEnd.add(act);
    return () => this.#onEnd.delete(act);
  }

  kill(): void {
    if (this.dead) return;
    this.dead = true;
    this.backlog.length = 0;
    for (const act of this.#onEnd) act();
  }

  stop(): void {
    this.stopped = true;
  }

  continue(): void {
    if (!this.stopped) return;
    this.stopped = false;
    for (const act of this.backlog.splice(0)) this.timeline.after(0, this, act);
  }
}

/** The world's own wall clock. */
export function worldWall(timeline: Timeline): number {
  return Math.floor(epoch + timeline.now);
}
