import { ApiError, describeIdentity, type Identity, type Resource } from '@spawnit/contract';
import { createHash, createHmac } from 'node:crypto';
import type { Keys } from '../auth/keys.js';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';
import { withVersion } from './records.js';
import type { Planned } from './write.js';

export interface Repeatable {
  keys: Keys;
  identity: Identity;
  /** As in the Idempotency-Key header. */
  key: string;
  /** Method, path and body: what must be the same again. */
  request: string;
  /** ISO 8601. */
  now: string;
}

interface Remembered {
  request: string;
  time: string;
  object: Resource;
  /** How many operations before this record's the object's own stands in the commit. */
  distance: number;
}

export const idempotencyPrefix = 'idempotency/';

/** A repeated request has the effect and the answer of the first (promise I10). Throws Invalid when it asks for something else. */
export function planOnce(view: View, { keys, identity, key, request, now }: Repeatable, plan: () => Planned): Planned {
  const record = `${idempotencyPrefix}${encodeURIComponent(describeIdentity(identity))}/${digest(key)}`;
  const before = view.get(record);
  if (before) {
    const { request: first, object, distance } = before.value as unknown as Remembered;
    if (!formsOf(keys, request).includes(first)) throw new ApiError('Invalid', 'this Idempotency-Key was used for another request: take a new one for each');
    return { ops: [], object: withVersion(object, before.rv - distance) };
  }
  const planned = plan();
  const at = planned.ops.findLastIndex((op) => op.op === 'put');
  const value = { request: keyed(keys, request), time: now, object: JSON.parse(JSON.stringify(planned.object)) as JsonObject, distance: planned.ops.length - at };
  return { ...planned, ops: [...planned.ops, { op: 'put', key: record, value }] };
}

/** A request may hold secrets, and a bare digest of it would let who has the bucket guess them. */
function keyed(keys: Keys, request: string): string {
  return createHmac('sha256', keys.derive('repeated requests')).update(request).digest('hex');
}

/** As it may have been remembered: also under the root key of before, and, by servers of before, without one. */
function formsOf(keys: Keys, request: string): string[] {
  return [keyed(keys, request), ...(keys.former ? [keyed(keys.former, request)] : []), digest(request)];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
