import type { Job } from '@spawnit/contract';
import { useAll } from './store.js';

/** What was run for the service of this uid, newest first; undefined while that is not known yet. */
export function useJobsOf(serviceUid: string | undefined): Job[] | undefined {
  return useAll('jobs')?.filter(({ spec }) => spec.serviceUid === serviceUid).sort(newestFirst);
}

function newestFirst(a: Job, b: Job): number {
  return (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1;
}
