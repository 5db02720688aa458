import { condition, describeIdentity, jobKind, openRetry, retryAnnotation, type Job, type Service } from '@spawnit/contract';
import { all } from '../resources/records.js';
import { refusal, type Decide } from './action.js';
import { annotated } from './order.js';

/** Has the reconciler make the next attempt at once: one that waits for its time, or that was given up. */
export const retry: Decide<'retry'> = (asked) => {
  const { service, view, scope } = asked;
  assertFailed(service);
  const jobs = [...all<Job>(view, jobKind, service.metadata.namespace)].filter(({ spec }) => spec.serviceUid === service.metadata.uid);
  return {
    ...annotated(asked, retryAnnotation, openRetry(service, jobs) ?? nextRetry(service)),
    next: 'the next attempt begins now',
    event: { reason: 'RetryRequested', message: `${describeIdentity(scope.identity)} has it tried again.` },
  };
};

/** Only what has failed, or was ended by a person, is tried again. */
function assertFailed(service: Service): void {
  const { metadata, spec, status } = service;
  if (spec.suspend) throw refusal(service, 'retried', 'it is suspended: resume it, which applies it as well');
  if (status?.activeJob !== undefined) throw refusal(service, 'retried', `job ${status.activeJob} of it is under way`);
  const { job, rejected, generation } = status?.approval ?? {};
  if (rejected !== undefined && generation === metadata.generation) throw refusal(service, 'retried', `plan ${job} of it was rejected: approve that after all, or change the service`);
  const gaveUp = condition(service, 'Stalled')?.status === 'True';
  const waits = status?.retries?.generation === metadata.generation && status?.retries !== undefined && status.phase !== 'Ready';
  if (!gaveUp && !waits) throw refusal(service, 'retried', 'nothing of it has failed');
}

function nextRetry({ metadata }: Service): string {
  const [generation, count] = (metadata.annotations?.[retryAnnotation] ?? '').split('/').map(Number);
  return `${metadata.generation}/${generation === metadata.generation ? count! + 1 : 1}`;
}
