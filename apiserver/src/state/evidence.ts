import type { Op } from '../store/log/commit.js';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';
import { unname } from './unnamed.js';

/** A state that was refused and kept aside: the record `state-evidence/{namespace}/{serviceUid}/{last part of the key}`. */
export interface Evidence {
  key: string;
  sealedWith?: string;
  serial: number;
  epoch: number;
  why: string;
  /** Wall clock, ISO 8601; for people. */
  time: string;
}

const root = 'state-evidence/';
/** So many are kept of a service; the oldest go, and all that are older than a state may be. */
const kept = 20;

interface At {
  namespace: string;
  serviceUid: string;
}

export function evidenceOf(view: View, at: At): Evidence[] {
  return [...view.list(prefixOf(at))].map(({ value }) => value as unknown as Evidence);
}

/** Records it, and lets go of what is too much. */
export function keepEvidence(view: View, at: At, evidence: Evidence): Op[] {
  const surplus = evidenceOf(view, at).slice(0, Math.max(0, evidenceOf(view, at).length + 1 - kept));
  return [putEvidence(at, evidence), ...forget(at, surplus, evidence.time)];
}

function putEvidence(at: At, evidence: Evidence): Op {
  return { op: 'put', key: recordOf(at, evidence), value: { ...evidence } as unknown as JsonObject };
}

/** What is older than `days` at `now`. */
export function agedEvidence(view: View, at: At, days: number, now: string): Op[] {
  const oldest = new Date(Date.parse(now) - days * 86_400_000).toISOString();
  return forget(at, evidenceOf(view, at).filter(({ time }) => time < oldest), now);
}

/** Services that there is evidence of. */
export function* servicesWithEvidence(view: View): Generator<At> {
  const seen = new Set<string>();
  for (const { key } of view.list(root)) {
    const [, namespace = '', serviceUid = ''] = key.split('/');
    if (seen.has(serviceUid)) continue;
    seen.add(serviceUid);
    yield { namespace, serviceUid };
  }
}

export function forgetEvidence(view: View, at: At, now?: string): Op[] {
  return forget(at, evidenceOf(view, at), now);
}

function forget(at: At, all: Evidence[], now: string | undefined): Op[] {
  return [...all.map((each): Op => ({ op: 'delete', key: recordOf(at, each) })), ...unname(all.map(({ key }) => key), now)];
}

/** Named by when and of what it was, so that they stand in order; a new object of the same evidence replaces the record. */
function recordOf(at: At, { time, epoch, serial }: Evidence): string {
  return `${prefixOf(at)}${time}-${epoch}-${serial}`;
}

function prefixOf({ namespace, serviceUid }: At): string {
  return `${root}${namespace}/${serviceUid}/`;
}
