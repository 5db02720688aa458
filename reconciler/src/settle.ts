import { backoff, jobRange } from '@spawnit/controller';
import { isTerminal, openOrder, restoredStateAnnotation, revertAnnotation, type Job, type ServiceStatus } from '@spawnit/contract';
import { noteUnaccounted } from './accounts.js';
import { activeJob, announce, type Draft } from './draft.js';
import { failureText } from './failure-text.js';
import { cancelledStall } from './need.js';
import type { Observed } from './observed.js';

/** Lost work comes back within so many ms: spread, because a node loses all of its work at once. */
const lostJitterMs = 1_000;
/** Drift that comes back later than this after its revert is a new one. */
const quietMs = 600_000;

/** Takes in how the job that was under way has ended, if it has, and makes room for the next. */
export function settle(observed: Observed, draft: Draft): void {
  if (draft.status.activeJob === undefined) return;
  const job = activeJob(observed, draft);
  if (job && !isTerminal(job.status?.phase)) return;
  draft.status.activeJob = undefined;
  if (job) noteUnaccounted(observed, draft, job);
  if (!job) waitAfterLoss(observed, draft);
  else if (job.spec.trigger === 'Requested') tellPlan(draft, job);
  else settled[job.status!.phase as 'Succeeded' | 'Failed' | 'Cancelled' | 'Lost'](observed, draft, job);
}

const settled = {
  Succeeded(observed: Observed, draft: Draft, job: Job): void {
    if (job.spec.type === 'Apply') applied(observed, draft, job);
    if (job.spec.type === 'Plan') planned(observed, draft, job);
    if (job.spec.type === 'Destroy' && job.status?.remaining !== 0) destroyLeft(observed, draft, job);
  },

  Failed(observed: Observed, draft: Draft, job: Job): void {
    const { error } = job.status!;
    const { type } = job.spec;
    announce(draft, 'Warning', `${type}Failed`, error ? failureText(error) : 'It failed and did not say why.');
    if (superseded(observed, job)) return;
    countFailure(observed, draft);
    if (error?.cause === 'PlanChanged') draft.status.approval = undefined;
    else if (error?.retryable === false && type !== 'Destroy') draft.stall = { reason: error.cause, message: `${failureText(error)} It is not tried again until the service is changed, or somebody retries it.` };
  },

  Cancelled(observed: Observed, draft: Draft, job: Job): void {
    const { spec } = job;
    announce(draft, 'Normal', `${spec.type}Cancelled`, spec.cancelReason ?? 'It was cancelled.');
    if (superseded(observed, job)) return;
    if (spec.type === 'Destroy') countFailure(observed, draft);
    else draft.stall = cancelledStall(spec.type);
  },

  Lost(observed: Observed, draft: Draft, { spec, status }: Job): void {
    announce(draft, 'Warning', `${spec.type}Lost`, `Node ${status?.node ?? '?'} was lost while it ran this; it is done anew.`);
    waitAfterLoss(observed, draft);
  },
};

/** What came of it no longer matters: the service is to go, or has been changed. */
function superseded({ service }: Observed, { spec }: Job): boolean {
  return spec.type !== 'Destroy' && (service.metadata.deletionTimestamp != null || spec.generation !== service.metadata.generation);
}

function applied(observed: Observed, draft: Draft, job: Job): void {
  const { service, now } = observed;
  const { generation, revision, module } = job.spec;
  const { epoch, outputs, inputs } = job.status!;
  // Drift that a person had reverted has not come back by itself.
  const byItself = job.spec.trigger === 'Revert' && openOrder(service, revertAnnotation) === undefined;
  draft.status.retries = byItself ? afterRevert(observed) : undefined;
  draft.backoffLeftMs = 0;
  draft.stall = undefined;
  Object.assign(draft.status, {
    applied: { generation, epoch, job: job.metadata.name, revision, module, engine: service.status?.engine, inputs, restoredState: job.metadata.annotations?.[restoredStateAnnotation], time: now },
    approval: undefined,
    outputs,
    url: typeof outputs?.url?.value === 'string' ? outputs.url.value : undefined,
  });
  announce(draft, 'Normal', 'Applied', `Generation ${generation} is real.`);
}

/** The next revert waits longer if what was reverted drifts again soon. Timestamps of two writers are compared, but only a wait hangs on it. */
function afterRevert(observed: Observed): ServiceStatus['retries'] {
  const { drift, applied: last } = observed.service.status ?? {};
  const quiet = drift && last ? Date.parse(drift.since) - Date.parse(last.time) : 0;
  const count = (quiet > quietMs ? 0 : failures(observed)) + 1;
  return nextAttempt(observed, count, backoffMs(observed, count));
}

function planned(observed: Observed, draft: Draft, job: Job): void {
  const { generation } = job.spec;
  const { plan } = job.status!;
  if (superseded(observed, job) || !plan) return;
  const nothing = plan.changes.length === 0 && plan.add + plan.change + plan.destroy === 0;
  draft.status.approval = { job: job.metadata.name, generation, planDigest: plan.digest, approved: nothing, ...(nothing && { by: 'nobody: there is nothing to change' }) };
}

function tellPlan(draft: Draft, { spec, status, metadata }: Job): void {
  const { plan, error, phase } = status!;
  if (plan) announce(draft, 'Normal', 'Planned', `Plan ${metadata.name} of generation ${spec.generation}: ${plan.add} to add, ${plan.change} to change, ${plan.destroy} to destroy.`);
  else announce(draft, 'Warning', `Plan${phase}`, `Plan ${metadata.name}: ${error?.summary ?? phase}`);
}

function destroyLeft(observed: Observed, draft: Draft, job: Job): void {
  announce(draft, 'Warning', 'DestroyFailed', remainingText(job));
  countFailure(observed, draft);
}

export function remainingText({ status }: Job): string {
  return status?.remaining === undefined ? 'The destroy did not say what is left.' : `${status.remaining} real objects are left after the destroy.`;
}

/** Failures in a row at this generation, as recorded. */
function failures({ service }: Observed): number {
  const recorded = service.status?.retries;
  return recorded?.generation === service.metadata.generation ? (recorded?.count ?? 0) : 0;
}

function countFailure(observed: Observed, draft: Draft): void {
  const count = failures(observed) + 1;
  wait(observed, draft, count, backoffMs(observed, count));
}

/** Nothing failed: it only waits for a moment. */
function waitAfterLoss(observed: Observed, draft: Draft): void {
  wait(observed, draft, failures(observed), Math.floor(lostJitterMs * observed.random()));
}

function wait(observed: Observed, draft: Draft, count: number, ms: number): void {
  draft.status.retries = nextAttempt(observed, count, ms);
  draft.backoffLeftMs = ms;
}

function backoffMs({ random }: Observed, count: number): number {
  return backoff(count - 1, random, jobRange);
}

function nextAttempt({ service, now }: Observed, count: number, waitMs: number): NonNullable<ServiceStatus['retries']> {
  return { count, generation: service.metadata.generation ?? 1, nextAttemptTime: later(now, waitMs) };
}

function later(now: string, ms: number): string {
  return new Date(Date.parse(now) + ms).toISOString();
}
