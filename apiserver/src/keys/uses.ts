import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';
import type { Evidence } from '../state/evidence.js';
import type { CurrentState, StateRecord } from '../state/records.js';
import type { Envelopes } from '../secrets/envelope.js';
import { activeId, ringKeys } from '../secrets/key-ring.js';
import { contentAt, sealedIn } from './sealed-places.js';

/** Records in which sealed values stand: services, what was kept of them, and answers that may be asked for again. */
const holders = ['services/', 'revisions/', 'idempotency/'] as const;

/** An object of the store that a record names, and the key that it says it was sealed with. */
export interface NamedBlob {
  namespace: string;
  serviceUid: string;
  key: string;
  sealedWith: string | undefined;
}

/** What is sealed with keys other than the active one. */
export interface OldUses {
  /** Keys of records that hold sealed values. */
  records: Map<string, Set<string>>;
  blobs: NamedBlob[];
}

/** Ids of the data keys that sealed values in this record name, also in texts inside of it. */
export function keysIn(value: unknown): Set<string> {
  const ids = new Set<string>();
  // The head of an envelope: SPW1 and the id, 12 bytes, which are 16 letters.
  for (const [, head] of JSON.stringify(value).matchAll(/"v1:(U1BXM[\w-]{11})/g)) ids.add(Buffer.from(head!, 'base64url').subarray(4).toString('hex'));
  return ids;
}

export function oldUses(view: View, envelopes: Envelopes): OldUses {
  const active = activeId(view);
  const others = ringKeys(view).some(({ id }) => id !== active);
  if (!others) return { records: new Map(), blobs: [] };
  const records = new Map<string, Set<string>>();
  for (const holder of holders) {
    for (const { key, value } of view.list(holder)) {
      const old = oldIn(envelopes, active, { key, value });
      if (old.size > 0) records.set(key, old);
    }
  }
  return { records, blobs: [...namedBlobs(view)].filter(({ sealedWith }) => sealedWith !== active) };
}

/** Ids of the keys, other than the active one, that sealed values of this record open with. */
export function oldIn(envelopes: Envelopes, active: string | undefined, { key, value }: { key: string; value: JsonObject }): Set<string> {
  const isOld = (id: string) => id !== active;
  // Most records name none, and what one names may be in a text that anybody wrote.
  if (![...keysIn(value)].some(isOld)) return new Set();
  return new Set(sealedIn(key, value).flatMap((each) => [...keysIn(each.sealed)].filter((id) => isOld(id) && contentAt(envelopes, each))));
}

/** Each object of a state once. */
function* namedBlobs(view: View): Generator<NamedBlob> {
  const seen = new Set<string>();
  for (const namer of ['states/', 'state-history/', 'state-evidence/']) {
    for (const entry of view.list(namer)) {
      const [, namespace = '', serviceUid = ''] = entry.key.split('/');
      const blob = blobIn(entry.value as unknown as StateRecord | CurrentState | Evidence);
      if (blob === undefined || seen.has(blob.key)) continue;
      seen.add(blob.key);
      yield { namespace, serviceUid, key: blob.key, sealedWith: blob.sealedWith };
    }
  }
}

/** How much there is of one key; objects that do not say which count for each. */
export function usesOf({ records, blobs }: OldUses, id: string): { records: number; states: number } {
  return {
    records: [...records.values()].filter((ids) => ids.has(id)).length,
    states: blobs.filter(({ sealedWith }) => sealedWith === undefined || sealedWith === id).length,
  };
}

function blobIn(value: StateRecord | CurrentState | Evidence): { key: string; sealedWith?: string } | undefined {
  return 'key' in value ? value : (value as StateRecord).current;
}
