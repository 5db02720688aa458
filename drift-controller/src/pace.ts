import { condition, type Condition, type Service } from '@spawnit/contract';

/** How often a service is truly checked, averaged over the last few checks. Monotonic ms. */
export interface Pace {
  startedMs: number;
  everyMs: number;
  /** By which interval it is judged. */
  wantedMs: number;
}

const newest = 0.3;
/** One long gap, such as that of a machine that was asleep, counts for no more than this many. */
const mostAtOnce = 3;

/** The pace after another check. What an engine's event has brought forward makes none faster; another interval has it counted anew. Pure. */
export function paced(before: Pace | undefined, startedMs: number, wantedMs: number): Pace {
  if (before?.wantedMs !== wantedMs) return { startedMs, everyMs: wantedMs, wantedMs };
  const usual = Math.max(wantedMs, before.everyMs);
  const gap = Math.min(Math.max(wantedMs, startedMs - before.startedMs), usual * mostAtOnce);
  return { startedMs, everyMs: usual + newest * (gap - usual), wantedMs };
}

export interface Timeliness {
  /** In whole seconds, while it is longer than was asked for. */
  everySeconds?: number;
  condition?: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;
}

/** What is called late, times the interval and in ms beyond it; what stays so once it is; and what makes another interval worth telling. */
const late = { times: 1.5, beyondMs: 5_000 };
const stillLate = { times: 1.2, beyondMs: 2_000 };
const news = 1.5;

/** What is to be told of a service's pace; nothing of one that was always on time. The record changes only with what is worth telling. Pure. */
export function timeliness({ spec, status }: Service, everyMs: number, why: Pick<Condition, 'reason' | 'message'>): Timeliness {
  const wanted = spec.drift.intervalSeconds;
  const type = 'ChecksOnTime';
  const before = condition({ status }, type);
  const said = before?.status === 'False' ? status?.drift?.everySeconds : undefined;
  if (!isLate(everyMs, wanted * 1_000, said === undefined ? late : stillLate)) return before === undefined ? {} : { condition: { type, status: 'True', reason: 'OnTime', message: `checked every ${wanted} s` } };
  const told = said === undefined ? undefined : everyMs / 1_000 / said;
  const everySeconds = told !== undefined && told < news && told > 1 / news ? said! : Math.round(everyMs / 1_000);
  return { everySeconds, condition: { type, status: 'False', reason: why.reason, message: `checked every ${everySeconds} s instead of every ${wanted} s: ${why.message}` } };
}

function isLate(everyMs: number, wantedMs: number, { times, beyondMs }: typeof late): boolean {
  return everyMs > Math.max(wantedMs * times, wantedMs + beyondMs);
}
