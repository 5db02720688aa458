import type { Op } from '../store/log/commit.js';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';
import { findState, putState, type CurrentState, type StateRecord } from './records.js';
import { unname } from './unnamed.js';

/** One serial of a service's state that is kept: the record `state-history/{namespace}/{serviceUid}/{serial}`. */
export interface KeptState extends CurrentState {
  service: string;
  /** Of the plain bytes. */
  size?: number;
  /** Wall clock, ISO 8601; for people. */
  time?: string;
  job?: string;
  /** Who wrote it. */
  by?: string;
  /** The serial whose content was brought back by it. */
  restoredFrom?: number;
}

export interface Retention {
  /** So many serials of a service are kept, the current one included. */
  serials: number;
  /** Older ones go sooner, but for the newest few. */
  days: number;
}

/** Whatever their age, so many serials stay: a clock that is wrong takes no more than old ones. */
const alwaysKept = 5;

interface At {
  namespace: string;
  serviceUid: string;
}

export function historyPrefix({ namespace, serviceUid }: At): string {
  return `state-history/${namespace}/${serviceUid}/`;
}

/** Serials that are kept, oldest first; the last one is the current. */
export function historyOf(view: View, at: At): KeptState[] {
  const kept = [...view.list(historyPrefix(at))].map(({ value }) => value as unknown as KeptState);
  const record = findState(view, at.namespace, at.serviceUid);
  // One that was written before there was a history.
  if (record?.current && !kept.some(({ serial }) => serial === record.current!.serial)) kept.push({ ...record.current, service: record.service });
  return kept.sort((a, b) => a.serial - b.serial);
}

/** The operations that make `next` the current state, keep what was, and let go of what is too much. */
export function advance(view: View, at: At, record: StateRecord & { current: CurrentState }, next: KeptState, keep: number): Op[] {
  const before = historyOf(view, at).filter(({ serial }) => serial !== next.serial);
  const surplus = before.slice(0, Math.max(0, before.length + 1 - keep));
  const unkept = before.filter((entry) => view.get(keyOf(at, entry)) === undefined && !surplus.includes(entry));
  return [putState(at.namespace, at.serviceUid, record), ...[...unkept, next].map((entry) => put(at, entry)), ...forget(at, surplus, next.time)];
}

/** What is older than it may be; never the current, nor the newest few. `now` is ISO 8601. */
export function aged(view: View, at: At, days: number, now: string): Op[] {
  const oldest = new Date(Date.parse(now) - days * 86_400_000).toISOString();
  const old = historyOf(view, at).slice(0, -alwaysKept).filter(({ time }) => time !== undefined && time < oldest);
  return forget(at, old, now);
}

/** Everything of a service that goes. */
export function forgetAll(view: View, at: At, now?: string): Op[] {
  return forget(at, historyOf(view, at), now);
}

function forget(at: At, entries: KeptState[], now: string | undefined): Op[] {
  return [...entries.map((entry): Op => ({ op: 'delete', key: keyOf(at, entry) })), ...unname(entries.map(({ key }) => key), now)];
}

function put(at: At, entry: KeptState): Op {
  return { op: 'put', key: keyOf(at, entry), value: JSON.parse(JSON.stringify(entry)) as JsonObject };
}

function keyOf(at: At, { serial }: Pick<KeptState, 'serial'>): string {
  return historyPrefix(at) + String(serial).padStart(12, '0');
}
