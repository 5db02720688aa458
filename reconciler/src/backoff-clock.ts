import { backoffCeiling, jobRange, type Clock } from '@spawnit/controller';
import type { Service } from '@spawnit/contract';

/** So many waits are measured here; of one that is forgotten the record tells. */
const mostKept = 20_000;

/**
 * How much of a wait recorded in status.retries is left. The record survives a restart; once seen, a wait is measured
 * by a monotonic clock and bounded by its own ceiling, so that a wall clock that jumps neither skips nor stretches it.
 */
export class BackoffClock {
  private readonly deadlines = new Map<string, { wait: string; at: number }>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /** In ms; 0 when it is over or there is none. `wallNow` in ms since 1970. */
  left({ metadata, status }: Service, wallNow: number): number {
    const uid = metadata.uid ?? metadata.name;
    const retries = status?.retries;
    if (!retries) {
      this.deadlines.delete(uid);
      return 0;
    }
    const wait = `${retries.generation}/${retries.count}/${retries.nextAttemptTime}`;
    const known = this.deadlines.get(uid);
    if (known?.wait === wait) return Math.max(0, known.at - this.clock.now());
    const left = Math.min(Math.max(0, Date.parse(retries.nextAttemptTime) - wallNow), backoffCeiling(retries.count - 1, jobRange));
    this.deadlines.set(uid, { wait, at: this.clock.now() + left });
    if (this.deadlines.size > mostKept) this.deadlines.delete(this.deadlines.keys().next().value!);
    return left;
  }

  /** The service is gone. */
  forget(uid: string): void {
    this.deadlines.delete(uid);
  }
}
