import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../errors.js';
import { isObject } from '../json-object.js';
import type { Resource } from '../meta.js';
import type { Resources, WriteOptions } from './resources.js';

/** The annotation that kubectl keeps, so that `kubectl apply` and `spawnctl apply` can follow each other. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

export async function applyResource<R extends Resource>(resources: Resources<R>, object: R, options: WriteOptions): Promise<{ object: R; done: 'created' | 'configured' | 'unchanged' }> {
  const wanted = withLastApplied(object);
  const { name, namespace } = object.metadata;
  const live = await resources.get(name, namespace).catch((error: unknown) => {
    if (ApiError.is(error, 'NotFound')) return undefined;
    throw error;
  });
  if (live === undefined) return { object: await resources.create(wanted, options), done: 'created' };
  const patch = threeWayPatch(live, wanted);
  if (patch === undefined) return { object: live, done: 'unchanged' };
  const changed = await resources.patch(name, namespace, patch, options);
  return { object: changed, done: changed.metadata.resourceVersion === live.metadata.resourceVersion ? 'unchanged' : 'configured' };
}

function withLastApplied<R extends Resource>(object: R): R {
  const annotations = { ...object.metadata.annotations };
  delete annotations[lastApplied];
  const bare = { ...object, metadata: { ...object.metadata, annotations } };
  return { ...bare, metadata: { ...bare.metadata, annotations: { ...annotations, [lastApplied]: JSON.stringify(bare) } } };
}

/** Merge patch from live to wanted; what the last apply set and this one leaves out is removed. undefined when nothing changes. */
export function threeWayPatch(live: Resource, wanted: Resource): Record<string, unknown> | undefined {
  return diff(live, wanted, lastOf(live)) as Record<string, unknown> | undefined;
}

/** Anyone may have written into the annotation: what can't be read says nothing. */
function lastOf(live: Resource): unknown {
  try {
    return JSON.parse(live.metadata.annotations?.[lastApplied] ?? '{}');
  } catch {
    return {};
  }
}

function diff(live: unknown, wanted: object, last: unknown): object | undefined {
  const from = isObject(live) ? live : {};
  const before = isObject(last) ? last : {};
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    const change = isObject(value) && isObject(from[key]) ? diff(from[key], value, before[key]) : isDeepStrictEqual(from[key], value) ? undefined : value;
    if (change !== undefined) patch[key] = change;
  }
  for (const key of Object.keys(before)) if (!Object.hasOwn(wanted, key) && Object.hasOwn(from, key)) patch[key] = null;
  return Object.keys(patch).length > 0 ? patch : undefined;
}
