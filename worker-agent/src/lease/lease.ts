import type { Clock } from '../clock.js';

/** All in ms since the last acknowledged heartbeat was SENT. */
export interface LeaseTimes {
  heartbeatMs: number;
  /** tofu is asked to stop, so that it can still save its state. */
  stopMs: number;
  /** Nothing is changed any more. */
  gateMs: number;
  /** Whatever is left of tofu is killed. */
  killMs: number;
}
export type LeasePhase = 'held' | 'stopping' | 'shut' | 'over';

/** The right to change the world: promise I1. It counts from the moment a heartbeat was sent, never from its answer. */
export class Lease {
  #sentAt = -Infinity;

  constructor(
    readonly times: LeaseTimes,
    readonly clock: Clock,
  ) {}

  /** A heartbeat sent at `sentAt` was acknowledged. Answers may come out of order. */
  renewed(sentAt: number): void {
    this.#sentAt = Math.max(this.#sentAt, sentAt);
  }

  /** The node is no longer ours: nothing may be changed from now on. */
  end(): void {
    this.#sentAt = -Infinity;
  }

  /** By its clock: when tofu is asked to stop, unless the lease is renewed. */
  get stopsAt(): number {
    return this.#sentAt + this.times.stopMs;
  }

  /** By its clock: when nothing of tofu is left, unless the lease is renewed. */
  get killsAt(): number {
    return this.#sentAt + this.times.killMs;
  }

  get phase(): LeasePhase {
    const age = this.clock() - this.#sentAt;
    if (age < this.times.stopMs) return 'held';
    if (age < this.times.gateMs) return 'stopping';
    return age < this.times.killMs ? 'shut' : 'over';
  }

  /** Whether the world may be changed now. */
  holds(): boolean {
    return this.clock() - this.#sentAt < this.times.gateMs;
  }
}
