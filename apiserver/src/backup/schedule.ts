import type { BackupOutcome } from '@spawnit/contract';
import { backoff, type BackoffRange } from '@spawnit/controller';

/** After a failure: what was copied stays, so that the next attempt is shorter. */
export const retryRange: BackoffRange = { baseMs: 5_000, maxMs: 900_000 };

export interface ScheduleOptions {
  everyMs: number;
  /** Milliseconds of a clock that only goes forward. */
  monotonic: () => number;
  /** In [0, 1). */
  random: () => number;
}

/**
 * When the next backup is due, by one server's clock: an interval after the last outcome of any server, and sooner after one
 * that failed. Two servers at once do no harm, but each looks at a time of its own.
 */
export class Schedule {
  #seen: string | undefined;
  // Whether the last one is old nobody can tell without trusting wall clocks: a start is a good moment for one.
  #at = -Infinity;
  readonly #everyMs: number;

  constructor(
    private readonly options: ScheduleOptions,
    last: BackupOutcome | undefined,
  ) {
    this.#everyMs = options.everyMs * (1 + options.random() / 10);
    this.#seen = last?.run;
  }

  /** Milliseconds until it is due; 0 when it is. */
  left(last: BackupOutcome | undefined): number {
    const { monotonic } = this.options;
    if (last && last.run !== this.#seen) {
      this.#seen = last.run;
      this.#at = monotonic() + this.#waitAfter(last);
    }
    return Math.max(0, this.#at - monotonic());
  }

  /** One was begun: should its outcome never come, the next is due an interval later. */
  begun(): void {
    this.#at = this.options.monotonic() + this.#everyMs;
  }

  #waitAfter({ outcome, failures = 1 }: BackupOutcome): number {
    if (outcome === 'Succeeded') return this.#everyMs;
    return Math.min(this.#everyMs, backoff(failures - 1, this.options.random, retryRange));
  }
}
