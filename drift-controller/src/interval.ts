import type { Service } from '@spawnit/contract';

/**
 * A check that came to nothing is repeated after so long, and again, and then after twice as long each time, if the interval is
 * longer: else a long one would hide for a day that nothing can be told, or that something can again.
 */
const unknownRetryMs = 10_000;

export function intervalMs(service: Service): number {
  return service.spec.drift.intervalSeconds * 1_000;
}

/** Somewhere in the first interval, always at the same place for one service: many that start together do not stay together. */
export function firstDue(uid: string, interval: number, nowMs: number): number {
  return nowMs + (hash(uid) % interval);
}

/** Counted from the start of a check, so that its duration does not add up. `nothing`: so many in a row, this one included, came to nothing. */
export function dueAfter(service: Service, startedMs: number, nothing: number): number {
  const interval = intervalMs(service);
  return startedMs + (nothing === 0 ? interval : Math.min(interval, unknownRetryMs * 2 ** Math.max(0, nothing - 2)));
}

/** FNV-1a, 32 bits, with a final mix for its weak low bits. Source: Fowler, Noll, Vo; the mix is MurmurHash3's. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
