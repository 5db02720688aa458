import { isTerminal, jobKind, serviceKind, type Identity, type Job, type Service } from '@spawnit/contract';
import { find } from '../resources/records.js';
import type { Op } from '../store/log/commit.js';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';

export type RunIdentity = Extract<Identity, { role: 'run' }>;

/** tofu's own words on who holds a lock; sent back to whoever is refused. */
export interface LockInfo {
  ID: string;
  Operation?: string;
  Info?: string;
  Who?: string;
  Version?: string;
  Created?: string;
  Path?: string;
}

/** The lock on a state is its job's lease: it ends with the job, or with the epoch. */
export interface HeldLock {
  info: LockInfo;
  job: string;
  epoch: number;
}

/** The current state of a service: which blob, and what of it is needed without opening it. */
export interface CurrentState {
  serial: number;
  lineage: string;
  /** MD5 (hex) of the bytes as tofu sent them. */
  md5: string;
  /** Key of the encrypted blob. */
  key: string;
  /** Id of the data key that it is sealed with; what was written before this was noted has none. */
  sealedWith?: string;
  epoch: number;
  /** Real things it knows of; a service's record is dropped only at 0. */
  resources: number;
}

/** The record `states/{namespace}/{serviceUid}`. Without `current` nothing was ever written. */
export interface StateRecord {
  service: string;
  current?: CurrentState;
  lock?: HeldLock;
}

export function stateKey(namespace: string, serviceUid: string): string {
  return `states/${namespace}/${serviceUid}`;
}

export function findState(view: View, namespace: string, serviceUid: string): StateRecord | undefined {
  return view.get(stateKey(namespace, serviceUid))?.value as unknown as StateRecord | undefined;
}

export function putState(namespace: string, serviceUid: string, record: StateRecord): Op {
  return { op: 'put', key: stateKey(namespace, serviceUid), value: record as unknown as JsonObject };
}

/** Where a run stands: undefined when all is well, else why it may change nothing (any more). */
export function whyPassed(view: View, run: RunIdentity): string | undefined {
  const service = find<Service>(view, serviceKind, run.namespace, run.service);
  if (service === undefined || service.metadata.uid !== run.serviceUid) return `service ${run.namespace}/${run.service} of this run is gone`;
  if (service.status?.epoch !== run.epoch) return `service ${run.namespace}/${run.service} is at epoch ${service.status?.epoch ?? 0}, and this run at ${run.epoch}: the work was given to another`;
  if (run.job === undefined) return undefined;
  const job = find<Job>(view, jobKind, run.namespace, run.job);
  if (job?.status?.phase !== 'Running' || job.status.epoch !== run.epoch) return `job ${run.namespace}/${run.job} is ${job?.status?.phase ?? 'gone'}, and only a running one may touch the state`;
  return undefined;
}

/** Whether a lock still binds: its job runs and its epoch is the service's. */
export function isHeld(view: View, namespace: string, lock: HeldLock, service: Service | undefined): boolean {
  const job = find<Job>(view, jobKind, namespace, lock.job);
  return job !== undefined && !isTerminal(job.status?.phase) && job.status?.epoch === lock.epoch && service?.status?.epoch === lock.epoch;
}

/** Ends the lock of a job that is over; part of the commit that ends it. */
export function releaseLock(view: View, namespace: string, serviceUid: string, job: string): Op[] {
  const record = findState(view, namespace, serviceUid);
  if (record?.lock?.job !== job) return [];
  const { lock: _over, ...rest } = record;
  return [putState(namespace, serviceUid, rest)];
}
