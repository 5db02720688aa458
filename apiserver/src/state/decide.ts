import { ApiError, serviceKind, type Service } from '@spawnit/contract';
import { find } from '../resources/records.js';
import type { View } from '../store/log/view.js';
import { findState, isHeld, whyPassed, type CurrentState, type LockInfo, type RunIdentity, type StateRecord } from './records.js';

/** What a request on a state comes to. `record` undefined: nothing is to be committed, all is as it was asked to be. */
export type Decision = { ok: true; record?: StateRecord } | { ok: false; error: ApiError; heldBy?: LockInfo };

/** Which lock a write says it holds. A recovered state comes without one, and tells the epoch of the run that left it. */
export type Claimed = { lock: string | undefined } | { recovered: true; of?: number };

/**
 * May this run make `next` the current state? Promise I3: the epoch in force at this very commit decides, then the
 * lock, the lineage and the serial. The same state once more is no change, so that a retry whose answer was lost is fine.
 */
export function decideWrite(view: View, run: RunIdentity, next: CurrentState, claimed: Claimed): Decision {
  const refusal = refuseRun(view, run);
  if (refusal) return refusal;
  const record = findState(view, run.namespace, run.serviceUid) ?? { service: run.service };
  const now = record.current;
  if (now && now.serial === next.serial && now.md5 === next.md5 && now.lineage === next.lineage) return { ok: true };
  return refuseLock(view, run, record, claimed) ?? refuseLeft(now, claimed) ?? refuseHistory(now, next) ?? { ok: true, record: { ...record, current: next } };
}

/** A lock of a job that is over, or of a passed epoch, is taken over: it is a lease, and it has ended. */
export function decideLock(view: View, run: RunIdentity, info: LockInfo): Decision {
  const refusal = refuseRun(view, run);
  if (refusal) return refusal;
  const record = findState(view, run.namespace, run.serviceUid) ?? { service: run.service };
  const held = liveLock(view, run, record);
  if (held && held.info.ID !== info.ID) return locked(held.info);
  if (held) return { ok: true };
  return { ok: true, record: { ...record, lock: { info, job: run.job!, epoch: run.epoch } } };
}

/** Without an id (`force-unlock` sends none) a job gives up its own lock, never another's. */
export function decideUnlock(view: View, run: RunIdentity, id: string | undefined): Decision {
  const refusal = refuseRun(view, run);
  if (refusal) return refusal;
  const record = findState(view, run.namespace, run.serviceUid);
  const held = record && liveLock(view, run, record);
  if (!record || !held) return { ok: true };
  const its = id === undefined ? held.job === run.job : held.info.ID === id;
  if (!its) return locked(held.info);
  const { lock: _given, ...rest } = record;
  return { ok: true, record: rest };
}

/** May this run read? Also a drift check may, which never writes. */
export function decideRead(view: View, run: RunIdentity): ApiError | undefined {
  const passed = whyPassed(view, run);
  return passed === undefined ? undefined : new ApiError('EpochPassed', passed);
}

function refuseRun(view: View, run: RunIdentity): Decision | undefined {
  if (!run.write || run.job === undefined) return { ok: false, error: new ApiError('Forbidden', 'this token reads the state of its service and may not lock or write it') };
  const passed = whyPassed(view, run);
  return passed === undefined ? undefined : { ok: false, error: new ApiError('EpochPassed', passed) };
}

function liveLock(view: View, run: RunIdentity, record: StateRecord): StateRecord['lock'] {
  const service = find<Service>(view, serviceKind, run.namespace, run.service);
  return record.lock && isHeld(view, run.namespace, record.lock, service) ? record.lock : undefined;
}

function refuseLock(view: View, run: RunIdentity, record: StateRecord, claimed: Claimed): Decision | undefined {
  const held = liveLock(view, run, record);
  if ('recovered' in claimed) return held && held.job !== run.job ? locked(held.info) : undefined;
  if (held && held.info.ID !== claimed.lock) return locked(held.info);
  if (held) return undefined;
  const why = claimed.lock === undefined ? 'the state is written only under a lock, and this write names none' : `the lock "${claimed.lock}" is not held (any more): lock the state first`;
  return { ok: false, error: new ApiError('Conflict', why) };
}

/** A run of this epoch may bring what an earlier one has left, but not over what one in between has written: that one knew nothing of it. */
function refuseLeft(now: CurrentState | undefined, claimed: Claimed): Decision | undefined {
  if (!('recovered' in claimed) || claimed.of === undefined || now === undefined || now.epoch <= claimed.of) return undefined;
  return stale(`the state was written at epoch ${now.epoch}, and this one was left by a run of epoch ${claimed.of}: it knows nothing of that`);
}

function refuseHistory(now: CurrentState | undefined, next: CurrentState): Decision | undefined {
  if (now === undefined) return undefined;
  if (now.lineage !== next.lineage) return stale(`the state is of lineage "${now.lineage}", and this one of "${next.lineage}": they are not the same thing's`);
  if (next.serial > now.serial) return undefined;
  return stale(`the state is at serial ${now.serial}${next.serial === now.serial ? ' with other content' : ''}, and this one at ${next.serial}: it is older`);
}

function stale(message: string): Decision {
  return { ok: false, error: new ApiError('Conflict', message) };
}

function locked(info: LockInfo): Decision {
  const { ID, Operation = 'an operation', Who = 'someone', Created = 'an unknown time' } = info;
  return { ok: false, error: new ApiError('StateLocked', `the state is locked by ${Who} for ${Operation} since ${Created} (lock id ${ID})`), heldBy: info };
}
