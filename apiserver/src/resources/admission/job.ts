import { ApiError, mayFollow, type Job } from '@spawnit/contract';
import type { Admission } from '../hooks.js';

/** A job goes forward only, and where it has ended it stays (promise I7). */
export const admitJob: Admission = ({ kind, verb, object, old }) => {
  if (kind.kind !== 'Job' || verb !== 'updateStatus') return object;
  const from = (old as Job).status?.phase ?? 'Pending';
  const to = (object as Job).status?.phase ?? 'Pending';
  if (mayFollow(from, to)) return object;
  throw new ApiError('Conflict', `job "${object.metadata.name}" is ${from}: it can't become ${to}`, { kind: 'jobs', name: object.metadata.name });
};
