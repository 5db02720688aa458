import type { Service } from '@spawnit/contract';

/** A check that came to nothing is repeated after so long, if the interval is longer, so that a long one does not hide for a day that nothing can be told. */
const unknownRetryMs = 10_000;

export function intervalMs(service: Service): number {
  return service.spec.drift.intervalSeconds * 1_000;
}

/** Somewhere in the first interval, always at the same place for one service: many that start together do not stay together. */
export function firstDue(uid: string, interval: number, nowMs: number): number {
  return nowMs + (hash(uid) % interval);
}

/** Counted from the start of a check, so that its duration does not add up. */
export function dueAfter(service: Service, startedMs: number, unknown: boolean): number {
  const interval = intervalMs(service);
  return startedMs + (unknown ? Math.min(interval, unknownRetryMs) : interval);
}

/** FNV-1a, 32 bits, with a final mix for its weak low bits. Source: Fowler, Noll, Vo; the mix is MurmurHash3's. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
