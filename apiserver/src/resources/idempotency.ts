import { ApiError, describeIdentity, type Identity, type Resource } from '@spawnit/contract';
import { createHash } from 'node:crypto';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';
import { withVersion } from './records.js';
import type { Planned } from './write.js';

export interface Repeatable {
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
export function planOnce(view: View, { identity, key, request, now }: Repeatable, plan: () => Planned): Planned {
  const record = `${idempotencyPrefix}${encodeURIComponent(describeIdentity(identity))}/${digest(key)}`;
  const before = view.get(record);
  if (before) {
    const { request: first, object, distance } = before.value as unknown as Remembered;
    if (first !== digest(request)) throw new ApiError('Invalid', 'this Idempotency-Key was used for another request: take a new one for each');
    return { ops: [], object: withVersion(object, before.rv - distance) };
  }
  const planned = plan();
  const at = planned.ops.findLastIndex((op) => op.op === 'put');
  const value = { request: digest(request), time: now, object: JSON.parse(JSON.stringify(planned.object)) as JsonObject, distance: planned.ops.length - at };
  return { ...planned, ops: [...planned.ops, { op: 'put', key: record, value }] };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
