/**
 * How long a reconcile or a job that failed waits; connections are opened again, and requests sent again, by the client of
 * @spawnit/contract. Times in ms; `random` gives [0, 1).
 */
export interface BackoffRange {
  baseMs: number;
  maxMs: number;
}

/** A reconcile that threw: usually a lost race for a record or a server that is restarting. */
export const reconcileRange: BackoffRange = { baseMs: 50, maxMs: 30_000 };
/** A job of a service that failed. */
export const jobRange: BackoffRange = { baseMs: 5_000, maxMs: 300_000 };

/**
 * Wait before attempt `n` + 1, with n = 0 after the first failure: full jitter, anywhere in [0, base · 2ⁿ), capped.
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoff(n: number, random: () => number, { baseMs, maxMs }: BackoffRange): number {
  return Math.floor(random() * backoffCeiling(n, { baseMs, maxMs }));
}

/** The longest that `backoff` may give for `n`. */
export function backoffCeiling(n: number, { baseMs, maxMs }: BackoffRange): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(n, 0), 40));
}
