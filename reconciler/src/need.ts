import { isDeepStrictEqual } from 'node:util';
import { currentDrift, isIgnoredField, mustMove, openOrder, openRetry, restartAnnotation, restoredStateAnnotation, revertAnnotation, type Job, type JobSpec, type OrderAnnotation, type ServiceStatus } from '@spawnit/contract';
import { inputsChanged, inputsNow, inputsOfJob } from './dependencies.js';
import type { Draft } from './draft.js';
import { ordersOf } from './make-job.js';
import type { Observed } from './observed.js';

/** That, and why, an apply is due. */
export interface Need {
  trigger: JobSpec['trigger'];
  /** What is to be applied is new to the people who approve. A move, a revert or a second try brings nothing new. */
  asksApproval: boolean;
  /** A person waits for it, so it does not wait for what comes by itself. */
  asked: boolean;
}

export function needOf(observed: Observed, status: ServiceStatus): Need | undefined {
  const changed = inputsChanged(observed, status);
  const trigger = triggerOf(observed, status, changed);
  const { generation } = observed.service.metadata;
  const isNew = status.applied?.generation !== generation || changed || restored(observed.service, status);
  const asked = trigger === 'Restart' || (trigger === 'Revert' && isOpen(observed.service, status, revertAnnotation)) || openRetry(observed.service, observed.jobs) !== undefined;
  return trigger && { trigger, asksApproval: observed.service.spec.approval === 'Manual' && isNew, asked };
}

function triggerOf(observed: Observed, status: ServiceStatus, changed: boolean): Need['trigger'] | undefined {
  const { service, jobs } = observed;
  const { generation } = service.metadata;
  const { applied } = status;
  if (applied?.generation !== generation) {
    const tried = lastAttempt(jobs)?.spec.generation === generation;
    return tried ? 'Retry' : applied ? 'Change' : 'Create';
  }
  if (mustMove(service)) return 'Move';
  if (restored(service, status)) return 'Restore';
  if (unfinished(jobs, status)) return 'Retry';
  if (changed) return 'Dependency';
  if (isOpen(service, status, restartAnnotation)) return 'Restart';
  if (isOpen(service, status, revertAnnotation)) return 'Revert';
  return service.spec.drift.policy === 'Revert' && isDrifted(observed, status) ? 'Revert' : undefined;
}

/** A person asked for it, and nothing was applied since. */
function isOpen({ metadata }: Observed['service'], status: ServiceStatus, order: OrderAnnotation): boolean {
  return openOrder({ metadata, status }, order) !== undefined;
}

/** An earlier state was made the current one since the last apply: what is real must be made to agree with both. */
function restored({ metadata }: Observed['service'], { applied }: ServiceStatus): boolean {
  const wanted = metadata.annotations?.[restoredStateAnnotation];
  return wanted !== undefined && wanted !== applied?.restoredState;
}

/** The run with the highest epoch, which is the last that a node had; plans that were only asked for are left out. */
export function lastAttempt(jobs: Job[], types: JobSpec['type'][] = ['Plan', 'Apply']): Job | undefined {
  const had = jobs.filter((job) => job.status?.epoch !== undefined && types.includes(job.spec.type) && job.spec.trigger !== 'Requested');
  return had.reduce<Job | undefined>((last, job) => (last && last.status!.epoch! >= job.status!.epoch! ? last : job), undefined);
}

/** An apply after the last good one that did not end well: what is real may be anything. */
export function unfinished(jobs: Job[], { applied }: ServiceStatus): boolean {
  const last = lastAttempt(jobs, ['Apply']);
  return last !== undefined && last.metadata.name !== applied?.job && last.status!.epoch! > (applied?.epoch ?? 0);
}

/** The last verdict still holds, and is drift by what is ignored now: people may have said so since. */
function isDrifted({ service: { metadata, spec } }: Observed, status: ServiceStatus): boolean {
  const drift = currentDrift({ metadata, status });
  if (drift?.verdict !== 'Drifted') return false;
  return drift.fields.length === 0 || drift.fields.some((field) => !isIgnoredField(field, spec.drift.ignoreFields));
}

/** Whether people must be told that it has drifted. */
export function drifted(observed: Observed, status: ServiceStatus): boolean {
  return observed.service.spec.drift.policy !== 'Ignore' && (isDrifted(observed, status) || stillDrifted(observed, status));
}

/** The last word on it was drift, and nothing was applied since: that nothing can be told any more does not make it real. */
export function stillDrifted({ service }: Observed, status: ServiceStatus): boolean {
  return service.status?.phase === 'Drifted' && currentDrift({ metadata: service.metadata, status })?.verdict === 'Unknown';
}

/**
 * Why there is no use in another attempt: the last one ended in a way that only a change can mend, and nothing has
 * changed since: neither generation nor module nor orders of people nor the values taken from other services.
 */
export function stallOf(observed: Observed, draft: Draft, module: string): Draft['stall'] {
  const { service, jobs } = observed;
  const inputs = inputsNow(observed);
  const hopeless = (job: Job) => endedForGood(job, service) && job.spec.module === module && isDeepStrictEqual(ordersOf(service), ordersOf(job)) && isDeepStrictEqual(inputsOfJob(job), inputs);
  const found = jobs.filter(hopeless);
  if (found.length === 0) return undefined;
  const unwanted = found.find((job) => job.spec.cancel && endedBadly(job) && job.status!.epoch! > (draft.status.applied?.epoch ?? 0));
  return draft.stall ?? (unwanted && cancelledStall(unwanted.spec.type));
}

/** A stall of before, which nothing that people did has ended: kept while it can't be told whether what it rests on has changed. */
export function lastingStall({ service, jobs }: Observed, { stall }: Draft): Draft['stall'] {
  return jobs.some((job) => endedForGood(job, service) && isDeepStrictEqual(ordersOf(service), ordersOf(job))) ? stall : undefined;
}

/** An attempt at the declared generation that only a change can mend, or that a person ended, perhaps before any node had it. */
export function endedForGood({ spec, status }: Job, { metadata }: Observed['service']): boolean {
  const counts = spec.type !== 'Destroy' && spec.trigger !== 'Requested' && spec.generation === metadata.generation;
  return counts && (spec.cancel || status?.phase === 'Cancelled' || status?.error?.retryable === false);
}

/** Asked to end when it had failed, or while it did: people want no other attempt, whichever came first. */
function endedBadly({ status }: Job): boolean {
  return status?.epoch !== undefined && (status.phase === 'Failed' || status.phase === 'Lost');
}

/** A person ended it: nothing is tried again until they change something. */
export function cancelledStall(type: string): NonNullable<Draft['stall']> {
  return { reason: 'Cancelled', message: `${type} was cancelled. Change the service, or retry it, to have it tried again.` };
}
