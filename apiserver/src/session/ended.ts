import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';

/** Sessions that people have left before their time, for all servers of the bucket. */
const endedKey = 'meta/sessions';

/** A session is signed in for so long at most. */
export const sessionSeconds = 7 * 86_400;
const mostEnded = 500;

export interface Session {
  id: string;
  /** Seconds since 1970. */
  since: number;
}

interface Ended {
  /** Since when each was, by its id. */
  sessions: Record<string, number>;
  /** All that began earlier are over as well (seconds since 1970). */
  before: number;
}

export function isEnded(view: View, { id, since }: Session): boolean {
  const { sessions, before } = endedIn(view);
  return since < before || Object.hasOwn(sessions, id);
}

/** Those that have run out by themselves are forgotten; of too many, all that are as old as the oldest end in their place. Pure. */
export function endSession(view: View, { id, since }: Session, now: number): Op[] {
  const { sessions, before } = endedIn(view);
  const known = Object.entries({ ...sessions, [id]: since }).filter(([, since]) => since >= before && since + sessionSeconds > now);
  const newest = known.sort(([, a], [, b]) => b - a).slice(0, mostEnded);
  const dropped = known[mostEnded]?.[1];
  return [recordOf({ sessions: Object.fromEntries(newest), before: dropped === undefined ? before : dropped + 1 })];
}

/** Nobody knows which were left since a backup. Pure. */
export function endAllSessions(now: string): Op {
  return recordOf({ sessions: {}, before: Math.ceil(Date.parse(now) / 1000) });
}

function endedIn(view: View): Ended {
  return (view.get(endedKey)?.value as unknown as Ended | undefined) ?? { sessions: {}, before: 0 };
}

function recordOf(ended: Ended): Op {
  return { op: 'put', key: endedKey, value: { ...ended } };
}
