import { serviceFinalizer, type Job, type Revision, type Service } from '@spawnit/contract';
import type { Action, Observed } from '../src/observed.js';

/** What the records would be after the actions are committed: the apiserver's part, without its checks. */
export function after(input: Observed, actions: Action[]): Observed | undefined {
  let service: Service = input.service;
  let jobs: Job[] = input.jobs;
  let revisions: Revision[] = input.revisions;
  for (const action of actions) {
    switch (action.type) {
      case 'createJob':
        if (jobs.some((job) => job.metadata.name === action.job.metadata.name)) throw new Error(`job ${action.job.metadata.name} exists`);
        jobs = [...jobs, { ...action.job, status: { phase: 'Pending' } }];
        break;
      case 'createRevision':
        if (revisions.some((each) => each.metadata.name === action.revision.metadata.name)) throw new Error(`revision ${action.revision.metadata.name} exists`);
        revisions = [...revisions, action.revision];
        break;
      case 'cancelPending':
        jobs = jobs.map((job) => (job.metadata.name === action.job.metadata.name ? { ...job, status: { ...job.status, phase: 'Cancelled' } } : job));
        break;
      case 'requestCancel':
        jobs = jobs.map((job) => (job.metadata.name === action.job.metadata.name ? { ...job, spec: { ...job.spec, cancel: true, cancelReason: action.reason } } : job));
        break;
      case 'deleteJob':
        jobs = jobs.filter((job) => job.metadata.name !== action.job.metadata.name);
        break;
      case 'updateStatus':
        service = { ...service, status: action.status };
        break;
      case 'removeFinalizer':
        service = { ...service, metadata: { ...service.metadata, finalizers: service.metadata.finalizers?.filter((each) => each !== serviceFinalizer) } };
        break;
    }
  }
  if (service.metadata.deletionTimestamp && service.metadata.finalizers?.length === 0) return undefined;
  const waits = actions.flatMap((action) => (action.type === 'requeue' ? [action.afterMs] : []));
  return { ...input, service, jobs, revisions, backoffLeftMs: waits.length > 0 ? Math.min(...waits) : 0 };
}

/** Actions that write something. */
export function writes(actions: Action[]): Action[] {
  return actions.filter((action) => action.type !== 'requeue');
}
