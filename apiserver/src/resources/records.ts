import type { KindDefinition, Resource } from '@spawnit/contract';
import type { Op } from '../store/log/commit.js';
import type { JsonObject } from '../store/log/json.js';
import type { RecordEntry, View } from '../store/log/view.js';

type Addressed = Pick<KindDefinition, 'plural' | 'namespaced'>;

/** Where a resource stands in the registry: `{plural}/{namespace or _}/{name}`. */
export function recordKey(kind: Addressed, namespace: string | undefined, name: string): string {
  return `${kind.plural}/${kind.namespaced ? namespace : '_'}/${name}`;
}

/** What all resources of a kind (in a namespace) have their keys under. */
export function recordPrefix(kind: Addressed, namespace?: string): string {
  if (!kind.namespaced) return `${kind.plural}/_/`;
  return namespace === undefined ? `${kind.plural}/` : `${kind.plural}/${namespace}/`;
}

export function keyOf(kind: Addressed, object: Resource): string {
  return recordKey(kind, object.metadata.namespace, object.metadata.name);
}

/** The resource in a record, with its resourceVersion. Shares its inner parts with the frozen record. */
export function resourceOf<R extends Resource = Resource>(entry: Pick<RecordEntry, 'value' | 'rv'>): R {
  return withVersion(entry.value as unknown as R, entry.rv);
}

export function withVersion<R extends Resource>(object: R, rv: number): R {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(rv) } };
}

/** What stands in the record of a resource that was read from it. */
export function unversioned<R extends Resource>({ metadata: { resourceVersion: _, ...metadata }, ...rest }: R): object {
  return { ...rest, metadata };
}

/** The resource of that name, as it stands, or undefined. */
export function find<R extends Resource = Resource>(view: View, kind: Addressed, namespace: string | undefined, name: string): R | undefined {
  const entry = view.get(recordKey(kind, namespace, name));
  return entry && resourceOf<R>(entry);
}

/** All resources of a kind, in key order. */
export function* all<R extends Resource = Resource>(view: View, kind: Addressed, namespace?: string): Generator<R, void> {
  for (const entry of view.list(recordPrefix(kind, namespace))) yield resourceOf<R>(entry);
}

/** The operation that stores a resource. What only the wire carries is left out. */
export function putOp(kind: Addressed, object: Resource): Op {
  return { op: 'put', key: keyOf(kind, object), value: storable(object) };
}

export function deleteOp(kind: Addressed, object: Resource): Op {
  return { op: 'delete', key: keyOf(kind, object) };
}

/** The object as it is stored: plain JSON without resourceVersion and what is never kept. */
export function storable(object: Resource): JsonObject {
  const metadata = { ...object.metadata };
  delete metadata.resourceVersion;
  delete metadata.selfLink;
  delete metadata.generateName;
  return JSON.parse(JSON.stringify({ ...object, metadata })) as JsonObject;
}
