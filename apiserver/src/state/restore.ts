import { ApiError, isTerminal, jobKind, restoredStateAnnotation, serviceKind, type Job, type Resource, type Service } from '@spawnit/contract';
import { find, putOp } from '../resources/records.js';
import { recordEvent } from '../resources/events.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { advance, historyOf, type KeptState } from './history.js';
import { findState, isHeld } from './records.js';
import { nearestSerials } from './serials.js';

export interface Restore {
  service: { namespace: string; name: string; uid: string };
  /** The serial whose content comes back. */
  serial: number;
  /** The current one, as it was when this was begun. */
  was: number;
  /** Key of the new object, and its size and MD5. */
  blob: { key: string; sealedWith: string; size: number; md5: string };
  by: string;
  /** ISO 8601. */
  now: string;
  keep: number;
}

/** The serial that a restore gives: above every one that there is. */
export function nextSerial(kept: readonly KeptState[]): number {
  return Math.max(0, ...kept.map(({ serial }) => serial)) + 1;
}

/** Throws Conflict, NotFound: why the state of this service may not be exchanged at this moment. */
export function assertRestorable(view: View, at: Restore['service'], serial: number): { service: Service; from: KeptState; current: KeptState } {
  const service = find<Service>(view, serviceKind, at.namespace, at.name);
  if (service?.metadata.uid !== at.uid) throw new ApiError('Conflict', `service ${at.namespace}/${at.name} is gone, or another one by now`, { kind: 'services', name: at.name });
  const refuse = (why: string) => new ApiError('Conflict', `the state of service ${at.namespace}/${at.name} cannot be restored now: ${why}`, { kind: 'services', name: at.name });
  if (service.metadata.deletionTimestamp) throw refuse('it is being deleted');
  const job = service.status?.activeJob === undefined ? undefined : find<Job>(view, jobKind, at.namespace, service.status.activeJob);
  if (job && !isTerminal(job.status?.phase)) throw refuse(`job ${job.metadata.name} is under way: wait for its end, or end it with \`spawnctl cancel ${at.name}\``);
  const lock = findState(view, at.namespace, at.uid)?.lock;
  if (lock && isHeld(view, at.namespace, lock, service)) throw refuse(`job ${lock.job} holds its lock`);
  const kept = historyOf(view, { namespace: at.namespace, serviceUid: at.uid });
  const current = kept.at(-1);
  const from = kept.find((entry) => entry.serial === serial);
  if (current === undefined || from === undefined) throw nearestSerials(at, serial, kept);
  if (from === current) throw refuse(`serial ${serial} is the current one`);
  if (from.lineage !== current.lineage) throw refuse(`serial ${serial} is of lineage "${from.lineage}", and the current one of "${current.lineage}": they are not the same thing's`);
  return { service, from, current };
}

/**
 * One commit: the old content as the newest serial, the annotation that has the reconciler make the world agree, and who
 * did it. Throws Conflict when the state has moved on since its new object was made. Pure.
 */
export function decideRestore(view: View, restore: Restore): Op[] {
  const { blob, by, now, serial, was } = restore;
  const { service, from, current } = assertRestorable(view, restore.service, serial);
  if (current.serial !== was) throw new StateMoved();
  const at = { namespace: restore.service.namespace, serviceUid: restore.service.uid };
  const { lineage, resources } = from;
  const next = { serial: nextSerial([current]), lineage, resources, md5: blob.md5, key: blob.key, sealedWith: blob.sealedWith, epoch: service.status?.epoch ?? current.epoch };
  const message = `State serial ${serial} was restored as serial ${next.serial} by ${by}; serial ${was} stays in the history.`;
  const annotations = { ...service.metadata.annotations, [restoredStateAnnotation]: String(next.serial) };
  return [
    ...advance(view, at, { service: restore.service.name, current: next }, { ...next, service: restore.service.name, size: blob.size, by, time: now, restoredFrom: serial }, restore.keep),
    putOp(serviceKind, { ...service, metadata: { ...service.metadata, annotations } } as Resource),
    ...recordEvent(view, { about: service, reason: 'StateRestored', message, component: 'apiserver', now }),
  ];
}

/** The current serial is another one than that the new object was made after. */
export class StateMoved extends Error {
  override readonly name = 'StateMoved';
}

/**
 * The same state under another serial. Only that one field is touched, which stands before everything that the state
 * holds: what is not parsed and written again is not changed either.
 */
export function withSerial(state: Buffer, serial: number): Buffer {
  const text = state.toString();
  const changed = text.replace(/^(\s*\{[^{[]*?"serial"\s*:\s*)\d+/, `$1${serial}`);
  const same = (JSON.parse(changed) as { serial?: unknown }).serial === serial;
  if (!same) throw new ApiError('InternalError', 'the state to be restored has its serial where it is not looked for', { internal: text.slice(0, 200) });
  return Buffer.from(changed);
}
