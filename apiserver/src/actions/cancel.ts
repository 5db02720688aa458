import { condition, describeIdentity, isTerminal, jobKind, type Job } from '@spawnit/contract';
import { all, find } from '../resources/records.js';
import { planUpdate } from '../resources/write.js';
import { refusal, type Asked, type Decide, type Outcome } from './action.js';

/** Asks the job under way to end: tofu is stopped in order, and keeps what it has done. While the next attempt is waited for, there is none. */
export const cancel: Decide<'cancel'> = (asked) => {
  const { view, service } = asked;
  const { activeJob } = service.status ?? {};
  const job = activeJob === undefined ? undefined : find<Job>(view, jobKind, service.metadata.namespace, activeJob);
  if (job && !isTerminal(job.status?.phase)) return asking(asked, job, `job ${job.metadata.name} ends as soon as tofu has stopped in order; it is not tried again until the service is changed, or somebody retries it`);
  const failed = lastFailed(asked);
  if (failed) return asking(asked, failed, 'it is not tried again until the service is changed, or somebody retries it');
  throw refusal(service, 'cancelled', 'no job of it is under way');
};

function asking({ view, scope, service, body }: Asked<'cancel'>, job: Job, next: string): Outcome {
  const { ops } = job.spec.cancel ? { ops: [] } : planUpdate(view, scope, jobKind, { ...job, spec: { ...job.spec, cancel: true, cancelReason: body.reason } });
  return { ops, service, next, event: { reason: 'CancelRequested', message: `${describeIdentity(scope.identity)} cancelled job ${job.metadata.name}: ${body.reason}` } };
}

/** The attempt that another is to follow. */
function lastFailed({ view, service }: Asked<'cancel'>): Job | undefined {
  const { metadata, status } = service;
  if (status?.retries?.generation !== metadata.generation || condition(service, 'Stalled')?.status === 'True') return undefined;
  const attempts = [...all<Job>(view, jobKind, metadata.namespace)].filter(({ spec }) => spec.serviceUid === metadata.uid && spec.generation === metadata.generation && spec.type !== 'Destroy' && spec.trigger !== 'Requested');
  const epochOf = (job: Job) => job.status?.epoch ?? 0;
  const last = attempts.reduce<Job | undefined>((newest, job) => (newest && epochOf(newest) >= epochOf(job) ? newest : job), undefined);
  return last?.status?.phase === 'Failed' || last?.status?.phase === 'Lost' ? last : undefined;
}
