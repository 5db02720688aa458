import { readFileSync } from 'node:fs';

/** Milliseconds that only ever grow; only differences mean something. */
export type Clock = () => number;

/**
 * The machine's time since boot, which goes on while it is suspended. Node's own monotonic clock stands still then, and a
 * laptop that was asleep would take its lease for valid. Resolution 10 ms; Node's clock where there is no /proc.
 */
export function bootClock(): Clock {
  const uptime = () => Number(readFileSync('/proc/uptime', 'latin1').split(' ', 1)[0]) * 1_000;
  try {
    if (Number.isFinite(uptime())) return uptime;
  } catch {
    // No Linux.
  }
  return () => performance.now();
}
