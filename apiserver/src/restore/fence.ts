import { isTerminal, jobKind, leaseKind, serviceKind, type Job, type JobError, type Lease, type Service } from '@spawnit/contract';
import type { Manifest } from '../backup/manifest.js';
import { all, putOp } from '../resources/records.js';
import { endAllSessions } from '../session/ended.js';
import type { StateRecord } from '../state/records.js';
import type { Op } from '../store/log/commit.js';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';
import { cameBackKey, type CameBack } from './record.js';

/** So far apart are the epochs of two lives of a cluster at least; see `fenceOps`. */
const epochStep = 1_000_000;

export interface Fencing {
  manifest: Manifest;
  /** A random number of steps, from 1 to a million. */
  steps: number;
  /** ISO 8601, for display. */
  time: string;
}

/**
 * What a cluster that comes back from a backup begins with. Pure. Nobody can know what was given out between the backup and
 * the loss, so nothing of it may pass: every epoch, of leaders too, rises by a random number of millions, every job that was
 * under way is Lost, every lock is given up. A token or result of that time names an epoch that rose one by one from the old
 * one, each time with a run that was given out or a node that was lost, and so not by a million between a backup and the
 * next; what was given out after an earlier restore of the same backup is another random number of steps away. And each
 * names a job, by a random name, that has to be running here.
 */
export function fenceOps(view: View, { manifest, steps, time }: Fencing): Op[] {
  const rise = steps * epochStep;
  return [
    { op: 'put', key: cameBackKey, value: { ...recordOf(manifest, rise, time) } },
    ...[...all<Service>(view, serviceKind)].flatMap((service) => (service.status?.epoch === undefined ? [] : [putOp(serviceKind, { ...service, status: { ...service.status, epoch: service.status.epoch + rise } })])),
    ...[...all<Job>(view, jobKind)].flatMap((job) => (isTerminal(job.status?.phase) || job.status?.node === undefined ? [] : [putOp(jobKind, lost(job, time))])),
    ...[...view.list('states/')].flatMap(({ key, value }) => unlocked(key, value)),
    // Whoever led then leads no more; the next one leads at an epoch that nobody has had.
    ...[...all<Lease>(view, leaseKind)].map((lease) => putOp(leaseKind, { ...lease, spec: { epoch: lease.spec.epoch + rise } })),
    endAllSessions(time),
    // Servers and heartbeats of that time.
    ...['members/', 'beats/'].flatMap((prefix) => [...view.list(prefix)].map(({ key }): Op => ({ op: 'delete', key }))),
  ];
}

function recordOf({ number, sequence, head, time: backupTime }: Manifest, rise: number, time: string): CameBack {
  return { backup: number, sequence, head, backupTime, time, epochRise: rise, keepUnknown: true };
}

function lost(job: Job, time: string): Job {
  const error: JobError = { summary: 'the control plane was restored from a backup that was made while this ran', cause: 'LeaseLost', hint: 'Nothing: it is tried again, and what was made is found and adopted or removed.', retryable: true };
  return { ...job, status: { ...job.status!, phase: 'Lost', completionTime: time, error } };
}

function unlocked(key: string, value: JsonObject): Op[] {
  const { lock, ...rest } = value as unknown as StateRecord;
  return lock === undefined ? [] : [{ op: 'put', key, value: rest as unknown as JsonObject }];
}
