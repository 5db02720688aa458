import { CommandError, exits } from './exit.js';

const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** A sequence, a time (RFC 3339, or of today), or how long ago: as the server takes it. Throws a usage error. */
export function readPoint(word: string, now = new Date()): number | string {
  if (/^\d+$/.test(word)) return Number(word);
  if (/^(\d+[dhms])+$/.test(word)) return new Date(now.getTime() - duration(word)).toISOString();
  const today = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(word);
  if (today) return ofToday(now, today.slice(1).map((part) => Number(part ?? 0)));
  const time = /^\d{4}-\d{2}-\d{2}([T ]|$)/.test(word) ? Date.parse(word) : NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new CommandError(exits.usage, `--to must be a time such as 2026-01-31T12:00:00Z, 12:00 (today, here) or 15m (ago), or a sequence of the log (got ${word})`);
}

function duration(word: string): number {
  return [...word.matchAll(/(\d+)([dhms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs], 0);
}

function ofToday(now: Date, [hours = 0, minutes = 0, seconds = 0]: number[]): string {
  const time = new Date(now);
  time.setHours(hours, minutes, seconds, 999);
  return time.toISOString();
}
