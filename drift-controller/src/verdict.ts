import { isDeepStrictEqual } from 'node:util';
import { condition, driftText, withCondition, type CheckResult, type Condition, type Service, type ServiceStatus } from '@spawnit/contract';
import type { Outcome, Unknown } from './outcome.js';
import { timeliness, type Timeliness } from './pace.js';

type Drift = NonNullable<ServiceStatus['drift']>;
type Field = Drift['fields'][number];

export interface Judgement {
  /** As it was when the check was ordered, and as it is now; undefined when it is gone. */
  ordered: Service;
  current: Service | undefined;
  outcome: Exclude<Outcome, { skipped: string }>;
  /** Checks in a row that came to nothing, this one included. */
  unknowns: number;
  /** How often it is truly checked, and why it would be late. */
  everyMs: number;
  why: Pick<Condition, 'reason' | 'message'>;
  /** ISO 8601, for display. */
  now: string;
}
export type Judged =
  | { discard: string }
  /** The record says so already. */
  | { same: true }
  | { status: ServiceStatus; event?: { type: 'Normal' | 'Warning'; reason: string; message: string } };

/**
 * One check that came to nothing is no news: an agent or an engine that restarts does that, and the verdict before it is
 * seconds old. At the second in a row nobody knows any more, and it is said.
 */
export const unknownsUntilTold = 2;

/** What a check's outcome changes on the service's record. A verdict on what was meanwhile changed is discarded. */
export function judge({ ordered, current, outcome, unknowns, everyMs, why, now }: Judgement): Judged {
  if (!current) return { discard: 'the service is gone' };
  const changed = changedSince(ordered, current) ?? ('result' in outcome ? ofAnother(ordered, outcome.result) : undefined);
  if (changed) return { discard: changed };
  const pace = timeliness(current, everyMs, why);
  if (!('result' in outcome)) return unknown(current, outcome, unknowns, pace, now);
  return told(current, outcome.result, pace, now);
}

function changedSince(ordered: Service, current: Service): string | undefined {
  if (current.metadata.uid !== ordered.metadata.uid) return 'the service was made anew';
  if (current.metadata.deletionTimestamp) return 'the service is being deleted';
  if (current.spec.suspend) return 'the service was suspended';
  if (current.status?.activeJob) return 'a job is under way';
  if (current.status?.epoch !== ordered.status?.epoch) return 'the epoch has passed';
  if (current.metadata.generation !== ordered.metadata.generation) return 'the spec has changed';
  if (current.status?.applied?.job !== ordered.status?.applied?.job) return 'it was applied anew';
  return undefined;
}

function ofAnother(ordered: Service, result: CheckResult): string | undefined {
  if (result.epoch !== ordered.status?.epoch) return 'the result is of another epoch';
  if (result.generation !== ordered.status.applied?.generation) return 'the result is of another generation';
  return undefined;
}

function told(current: Service, result: CheckResult, pace: Timeliness, now: string): Judged {
  const fields = [...result.fields].sort(byPlace);
  const differs = fields.length === 0 || fields.some((each) => !each.ignored);
  const verdict = result.verdict === 'Drifted' && differs ? 'Drifted' : 'Compliant';
  const said = verdict === 'Drifted' ? { status: 'False' as const, reason: 'Drifted', message: driftText(fields, { values: true }) || 'what is real differs from what was declared' } : { status: 'True' as const, reason: 'Compliant', message: compliantText(fields) };
  return written(current, { verdict, fields, epoch: result.epoch, generation: result.generation }, said, pace, now);
}

function unknown(current: Service, { reason, message, certain }: Unknown, unknowns: number, pace: Timeliness, now: string): Judged {
  const before = condition(current, 'Compliant');
  // A message may tell of times and ports: only another reason is news.
  const told = before?.status === 'Unknown' && before.reason === reason && current.status?.drift?.verdict === 'Unknown';
  if (told || (unknowns < unknownsUntilTold && !certain)) return { same: true };
  const { epoch = 0, applied } = current.status ?? {};
  return written(current, { verdict: 'Unknown', fields: [], epoch, generation: applied?.generation ?? 0 }, { status: 'Unknown', reason, message }, pace, now);
}

function written(current: Service, next: Omit<Drift, 'since'>, said: Pick<Condition, 'status' | 'reason' | 'message'>, { everySeconds, condition: onTime }: Timeliness, now: string): Judged {
  const { drift: before } = current.status ?? {};
  const fields = next.fields.map((field) => ({ ...field, since: before?.fields.find((each) => samePlace(each, field))?.since ?? now }));
  const drift: Drift = { ...next, fields, since: before?.verdict === next.verdict ? before.since : now, ...(everySeconds !== undefined && { everySeconds }) };
  const compliant = withCondition(current.status?.conditions, { type: 'Compliant', ...said, observedGeneration: next.generation }, now);
  const conditions = onTime ? withCondition(compliant, onTime, now) : compliant;
  const same = ['Compliant', 'ChecksOnTime'].every((type) => isDeepStrictEqual(condition({ status: { conditions } }, type), condition(current, type)));
  if (same && isDeepStrictEqual(drift, before)) return { same: true };
  return { status: { ...current.status, drift, conditions }, event: eventOf(before?.verdict, next.verdict, said) };
}

/** An event for each turn; that it is compliant at first is nothing to tell. */
function eventOf(before: Drift['verdict'] | undefined, after: Drift['verdict'], said: { reason: string; message: string }): Extract<Judged, { status: ServiceStatus }>['event'] {
  if (before === after || (before === undefined && after === 'Compliant')) return undefined;
  return { type: after === 'Compliant' ? 'Normal' : 'Warning', reason: after === 'Unknown' ? said.reason : after, message: said.message };
}

function compliantText(fields: Field[]): string {
  return fields.length === 0 ? 'what is real is what was declared' : `what is real is what was declared, but for ${fields.length} ignored ${fields.length === 1 ? 'field' : 'fields'}`;
}

function samePlace(a: Field, b: Field): boolean {
  return a.resource === b.resource && a.field === b.field;
}

function byPlace(a: Field, b: Field): number {
  const [left, right] = [`${a.resource} ${a.field}`, `${b.resource} ${b.field}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
