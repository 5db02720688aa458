import { condition, driftText, isIgnoredField, type Job, type ServiceStatus } from '@spawnit/contract';
import type { Draft, Summary, Verdict } from './draft.js';
import { failureText } from './failure-text.js';
import { drifted, lastAttempt, stillDrifted } from './need.js';
import type { Observed } from './observed.js';

const resting: Verdict = { status: 'False', reason: 'Idle', message: 'Nothing is to be done.' };

/** Nothing needs to be applied. */
export function idle(observed: Observed, { status }: Draft): Summary {
  if (!drifted(observed, status)) return { phase: 'Ready', ready: { status: 'True', reason: 'Ready', message: 'What was declared is real.' }, progressing: resting };
  if (stillDrifted(observed, status)) return driftedAs('What is real differed from what was declared when that was last seen, and nothing can be told of it now: the condition Compliant says why.');
  const fields = status.drift!.fields.filter((each) => !isIgnoredField(each, observed.service.spec.drift.ignoreFields));
  return driftedAs(`What is real differs from what was declared: ${driftText(fields, { values: false }) || 'see status.drift'}.`);
}

function driftedAs(message: string): Summary {
  return { phase: 'Drifted', ready: { status: 'False', reason: 'Drifted', message }, progressing: resting };
}

/** A job is under way that will make it real, or plans to. */
export function working({ service }: Observed, draft: Draft, { spec, status }: Job): Summary {
  const pending = (status?.phase ?? 'Pending') === 'Pending';
  const planning = spec.type === 'Plan';
  const verdict = pending ? waitingForNode({ service }) : busy(spec, status?.node);
  const first = draft.status.applied === undefined;
  return { phase: planning || (first && pending) ? 'Pending' : 'Provisioning', ready: { ...verdict, status: 'False' }, progressing: { ...verdict, status: 'True' } };
}

/** The scheduler says why a job has no node yet. */
function waitingForNode({ service }: Pick<Observed, 'service'>): Omit<Verdict, 'status'> {
  const scheduled = condition(service, 'Scheduled');
  return scheduled?.status === 'False' ? { reason: scheduled.reason, message: scheduled.message } : { reason: 'Scheduling', message: 'Waiting to be given to a node.' };
}

function busy({ type, trigger, generation }: Job['spec'], node: string | undefined): Omit<Verdict, 'status'> {
  const where = node ? ` on node ${node}` : '';
  if (type === 'Plan') return { reason: 'Planning', message: `Generation ${generation} is being planned${where}.` };
  if (trigger === 'Restart') return { reason: 'Restarting', message: `What runs is being made anew${where}.` };
  if (trigger === 'Revert') return { reason: 'Reverting', message: `Drift is being reverted${where}.` };
  return { reason: 'Provisioning', message: `Generation ${generation} is being made real${where}.` };
}

/** It can't go on until something else is there. */
export function waiting(reason: string, message: string): Summary {
  return { phase: 'Pending', ready: { status: 'False', reason, message }, progressing: { status: 'False', reason, message } };
}

/** A person has said no: nothing goes on until they change something, or think better of it. */
export function rejected({ job, rejected: why, by = 'somebody' }: NonNullable<ServiceStatus['approval']>): Summary {
  const verdict = { reason: 'PlanRejected', message: `Plan ${job} was rejected by ${by}: ${why} Change the service to have it planned anew, or approve that plan after all.` };
  return { ...waiting(verdict.reason, verdict.message), stalled: verdict };
}

/** A plan that was asked for comes first. */
export function planningOnRequest(plan: Job): Summary {
  return waiting('WaitingForPlan', `Goes on when plan ${plan.metadata.name} has ended.`);
}

/** An attempt failed, or its node was lost; the next one is set. */
export function failing({ jobs }: Observed, { status }: Draft): Summary {
  const count = status.retries?.count ?? 0;
  if (count === 0) return { ...waiting('Retrying', 'The work was lost with its node and is given to another in a moment.'), phase: 'Provisioning' };
  const error = lastAttempt(jobs)?.status?.error;
  const why = error ? failureText(error) : 'The last attempt failed.';
  const message = `${why} Attempt ${count + 1} starts at ${status.retries!.nextAttemptTime}.`;
  const reason = error?.cause ?? 'Failed';
  return { phase: 'Failed', ready: { status: 'False', reason, message }, progressing: { status: 'False', reason: 'BackingOff', message: `Waits until ${status.retries!.nextAttemptTime} before the next attempt.` } };
}

/** Only a change can help. */
export function stuck(stall: { reason: string; message: string }): Summary {
  return { phase: 'Failed', ready: { status: 'False', ...stall }, progressing: { status: 'False', ...stall }, stalled: stall };
}

export function suspended({ stall }: Draft): Summary {
  const verdict = { reason: 'Suspended', message: 'Nothing is planned, applied or checked; what runs goes on running. Resume it to have it kept as declared.' };
  return { phase: 'Suspended', ready: { status: 'Unknown', ...verdict }, progressing: { status: 'False', ...verdict }, stalled: stall };
}
