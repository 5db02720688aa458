import { isTerminal, jobKind, type Job, type JobError } from '@spawnit/contract';
import { all, putOp } from '../resources/records.js';
import { releaseLock } from '../state/records.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';

/** Ends what was given to a node whose place another machine has taken. The reconciler makes new jobs. */
export function loseJobs(view: View, node: string, now: string): Op[] {
  return [...all<Job>(view, jobKind)]
    .filter(({ status }) => status?.node === node && !isTerminal(status.phase))
    .flatMap((job) => [putOp(jobKind, lost(job, now)), ...releaseLock(view, job.metadata.namespace ?? '', job.spec.serviceUid, job.metadata.name)]);
}

function lost(job: Job, now: string): Job {
  const error: JobError = { summary: 'another machine has joined under the name of the node', cause: 'Crashed', hint: 'Nothing: it is tried again, and what was half made is found and adopted or removed.', retryable: true };
  return { ...job, status: { ...job.status, phase: 'Lost', completionTime: now, error } };
}
