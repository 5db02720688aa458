import { describeIdentity, isTerminal, jobKind, type Job } from '@spawnit/contract';
import { find } from '../resources/records.js';
import { planUpdate } from '../resources/write.js';
import { refusal, type Decide } from './action.js';

/** Asks the job under way to end: tofu is stopped in order, and keeps what it has done. */
export const cancel: Decide<'cancel'> = ({ view, scope, service, body }) => {
  const { activeJob } = service.status ?? {};
  const job = activeJob === undefined ? undefined : find<Job>(view, jobKind, service.metadata.namespace, activeJob);
  if (!job || isTerminal(job.status?.phase)) throw refusal(service, 'cancelled', 'no job of it is under way');
  const { ops } = job.spec.cancel ? { ops: [] } : planUpdate(view, scope, jobKind, { ...job, spec: { ...job.spec, cancel: true, cancelReason: body.reason } });
  return { ops, service, next: `job ${job.metadata.name} ends as soon as tofu has stopped in order; it is not tried again until the service is changed`, event: { reason: 'CancelRequested', message: `${describeIdentity(scope.identity)} cancelled job ${job.metadata.name}: ${body.reason}` } };
};
