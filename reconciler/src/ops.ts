import { eventOp } from '@spawnit/controller';
import { serviceFinalizer, type CommitRequest, type Job, type Resource, type Service } from '@spawnit/contract';
import type { Action } from './observed.js';

type Op = CommitRequest['ops'][number];

/** The actions as writes of one commit. What was read is named by its version, so a decision on old news is refused as a whole. */
export function opsFor(service: Service, actions: Action[], now: string): Op[] {
  const last = actions.filter((action) => action.type === 'removeFinalizer');
  // The record goes last: what is told of it needs the namespace, which may go with it. Its status goes with it too.
  const goes = last.length > 0 && withoutFinalizer(service).metadata.finalizers?.length === 0;
  const first = actions.filter((action) => action.type !== 'removeFinalizer' && !(goes && action.type === 'updateStatus'));
  return [...first, ...last].flatMap((action) => opFor(service, action, now));
}

function opFor(service: Service, action: Action, now: string): Op[] {
  switch (action.type) {
    case 'createJob':
      return [{ verb: 'create', object: { ...action.job } }];
    case 'createRevision':
      return [{ verb: 'create', object: { ...action.revision } }];
    case 'cancelPending':
      return [{ verb: 'updateStatus', object: { ...cancelled(action.job, now) } }];
    case 'requestCancel':
      return [{ verb: 'update', object: { ...action.job, spec: { ...action.job.spec, cancel: true, cancelReason: action.reason } } }];
    case 'deleteJob':
      return [deleteOp(action.job)];
    case 'deleteRevision':
      return [deleteOp(action.revision)];
    case 'updateStatus':
      return [{ verb: 'updateStatus', object: { ...service, status: action.status } }];
    case 'removeFinalizer':
      return [{ verb: 'update', object: { ...withoutFinalizer(service) } }];
    case 'event':
      return [eventOp({ component: 'reconciler', about: service, now, ...action.event })];
    case 'requeue':
      return [];
  }
}

/** Names what goes, and no more of it: plans and parameters are large, and many go by one commit. */
export function deleteOp({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } }: Resource): Op {
  return { verb: 'delete', object: { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } } };
}

function cancelled(job: Job, now: string): Job {
  return { ...job, status: { ...job.status, phase: 'Cancelled', completionTime: now } };
}

function withoutFinalizer(service: Service): Service {
  const finalizers = service.metadata.finalizers?.filter((each) => each !== serviceFinalizer);
  return { ...service, metadata: { ...service.metadata, finalizers } };
}
