import { ApiError, jobKind, serviceKind, type Job, type Service } from '@spawnit/contract';
import { find } from '../resources/records.js';
import type { RunIdentity } from '../state/records.js';
import type { View } from '../store/log/view.js';
import type { NodeIdentity } from './caller.js';
import { ownNode } from './own-node.js';

export interface OwnJob {
  job: Job;
  service: Service;
  node: string;
}

/** The job, if it was given to this very caller and its epoch is the service's. Throws NotFound, EpochPassed (promise I3), Unauthorized of a node that is no more. */
export function ownJob(view: View, caller: NodeIdentity | RunIdentity, at: { namespace: string; job: string }): OwnJob {
  if (caller.role === 'node') ownNode(view, caller);
  const job = find<Job>(view, jobKind, at.namespace, at.job);
  const node = caller.role === 'run' ? caller.node : caller.name;
  if (job === undefined) throw new ApiError('NotFound', `there is no job ${at.namespace}/${at.job}`, { kind: 'jobs', name: at.job });
  if (job.status?.node !== node) throw passed(at, `it was given to ${job.status?.node ? `node ${job.status.node}` : 'no node'}, not to ${node}`);
  const service = find<Service>(view, serviceKind, at.namespace, job.spec.service);
  if (service?.metadata.uid !== job.spec.serviceUid) throw passed(at, `its service ${job.spec.service} is gone`);
  if (caller.role === 'run' && caller.epoch !== job.status.epoch) throw passed(at, `it is at epoch ${job.status.epoch}, and this run at ${caller.epoch}`);
  return { job, service, node };
}

/** Throws EpochPassed unless the job's epoch is that of its service: nobody else was given the work since. */
export function assertCurrent({ job, service }: OwnJob): void {
  const [its, now] = [job.status?.epoch, service.status?.epoch];
  if (its !== now) throw passed({ namespace: job.metadata.namespace ?? '', job: job.metadata.name }, `it is at epoch ${its}, and its service at ${now}: the work was given to another`);
}

export function passed(at: { namespace: string; job: string }, why: string): ApiError {
  return new ApiError('EpochPassed', `job ${at.namespace}/${at.job}: ${why}`, { kind: 'jobs', name: at.job });
}
