import { eventKind, type Event, type EventSpec, type KindDefinition, type Resource } from '@spawnit/contract';
import { createHash } from 'node:crypto';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { find, putOp, recordPrefix } from './records.js';

/** So many events are kept in a namespace; the oldest go. */
const keptPerNamespace = 1_000;

export interface NewEvent {
  about: Resource;
  reason: string;
  message: string;
  type?: EventSpec['type'];
  component: string;
  /** ISO 8601. */
  now: string;
}

/** Operations that record what happened: an event like one that there is raises its count. */
export function recordEvent(view: View, { about, reason, message, type = 'Normal', component, now }: NewEvent): Op[] {
  const { name, namespace, uid } = about.metadata;
  const involvedObject = { apiVersion: about.apiVersion, kind: about.kind, name, ...(namespace && { namespace }), ...(uid && { uid }) };
  const spec = { involvedObject, reason, message: message.slice(0, 1024), type, count: 1, firstTimestamp: now, lastTimestamp: now, source: { component } };
  return counted(view, namespace ?? 'default', spec, now).ops;
}

/** An event that a controller posts; it is counted like the server's own. */
export function mergeEvent(view: View, _kind: KindDefinition, input: Resource, scope: { now: string }): { ops: Op[]; object: Resource } {
  const { metadata, apiVersion: _apiVersion, kind: _name, status: _status, ...spec } = input as unknown as Event & { status?: unknown };
  return counted(view, metadata.namespace ?? 'default', spec, scope.now);
}

function counted(view: View, namespace: string, spec: EventSpec, now: string): { ops: Op[]; object: Resource } {
  const name = nameOf(spec);
  const old = find<Event>(view, eventKind, namespace, name);
  if (old) {
    const object = { ...old, count: old.count + 1, lastTimestamp: spec.lastTimestamp };
    return { ops: [putOp(eventKind, object as unknown as Resource)], object: object as unknown as Resource };
  }
  const metadata = { name, namespace, uid: crypto.randomUUID(), generation: 1, creationTimestamp: now };
  const object = { apiVersion: 'v1', kind: 'Event', metadata, ...spec } as unknown as Resource;
  return { ops: [...shed(view, namespace), putOp(eventKind, object)], object };
}

/** Equal events have equal names. */
function nameOf({ involvedObject, type, reason, message }: EventSpec): string {
  const { kind, name, uid } = involvedObject;
  const digest = createHash('sha256').update(JSON.stringify([kind, name, uid, type, reason, message])).digest('hex');
  return `${name.slice(0, 46).replace(/[^a-z0-9-]/g, '-').replace(/-+$/, '')}-${digest.slice(0, 12)}`;
}

/** The log tells which were written longest ago: clocks need not be asked. */
function shed(view: View, namespace: string): Op[] {
  const entries = [...view.list(recordPrefix(eventKind, namespace))];
  const surplus = entries.length + 1 - keptPerNamespace;
  if (surplus <= 0) return [];
  // Nearly always it is one, and this is done for each new event.
  const oldest = surplus === 1 ? [entries.reduce((a, b) => (a.rv < b.rv ? a : b))] : entries.sort((a, b) => a.rv - b.rv).slice(0, surplus);
  return oldest.map(({ key }) => ({ op: 'delete', key }));
}
