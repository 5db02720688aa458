import type { Job, Service } from '@spawnit/contract';
import type { Cluster } from './cluster.js';

/** Jobs that wait for a place and may have one, the oldest first; each with its service. */
export function pendingJobs(jobs: Job[], cluster: Cluster): { job: Job; service: Service }[] {
  return jobs
    .flatMap((job) => {
      const service = cluster.service(job.metadata.namespace, job.spec.service);
      return service && mayStart(job, service) ? [{ job, service }] : [];
    })
    .sort((a, b) => compare(age(a.job), age(b.job)));
}

/** Whatever the reconciler is about to withdraw is not started any more. */
function mayStart(job: Job, service: Service): boolean {
  if ((job.status?.phase ?? 'Pending') !== 'Pending' || job.spec.cancel || job.metadata.deletionTimestamp) return false;
  if (service.metadata.uid !== job.spec.serviceUid || service.status?.activeJob !== job.metadata.name) return false;
  return job.spec.type === 'Destroy' || !(service.metadata.deletionTimestamp || service.spec.suspend);
}

function age({ metadata }: Job): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace}/${metadata.name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
