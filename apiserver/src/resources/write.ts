import { ApiError, parseOrThrow, type Identity, type KindDefinition, type Resource } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import type { ServerContext } from '../context.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import type { FieldWrite } from '../fields/owners.js';
import { withOwners } from '../fields/track.js';
import { assertBounded } from './bounded-object.js';
import { mergeEvent } from './events.js';
import { alreadyExists, assertNamespaceOpen, assertUnchanged, existing, immutable, type Preconditions } from './existing.js';
import type { WriteVerb } from './hooks.js';
import { layered } from './layered.js';
import { planRemoval } from './removal.js';
import { assertMayOwn, assertMayUpdate, assertMayWriteStatus } from './ownership.js';
import { find, keyOf, putOp, storable, unversioned } from './records.js';
import { nameSchema } from './schema.js';

/** Who writes, and how. */
export interface WriteScope {
  context: ServerContext;
  identity: Identity;
  dryRun: boolean;
  /** ISO 8601; one time for the whole commit. */
  now: string;
  /** The epoch of its lease that a controller writes under. */
  leaseToken?: string;
  /** By what name, and how, the fields that it changes become its own; without one nobody gets them. */
  fields?: FieldWrite;
  /** What the caller should know although the write is done. */
  warn?: (message: string) => void;
}

/** What a write comes to: operations (none when nothing changes) and the object as it will stand; null when it is gone. */
export interface Planned {
  ops: Op[];
  object: Resource | null;
}

/** A new object, parsed by `readObject`. Pure, as are all plan functions: `registry.write` may call them again. Throws ApiError. */
export function planCreate(view: View, scope: WriteScope, kind: KindDefinition, input: Resource): Planned {
  const { name } = input.metadata;
  assertMayOwn(scope.identity, kind, 'create', name);
  if (input.metadata.resourceVersion) throw new ApiError('BadRequest', 'metadata.resourceVersion must not be set on an object to be created: leave it out');
  parseOrThrow(nameSchema(kind), name, { kind: kind.kind, name, at: 'metadata.name' });
  assertNamespaceOpen(view, kind, input.metadata.namespace);
  if (kind.kind === 'Event') return mergeEvent(view, kind, input, scope);
  if (find(view, kind, input.metadata.namespace, name)) throw alreadyExists(kind, name);
  const object = withOwners(kind, undefined, input, admit(view, scope, 'create', kind, newObject(kind, input, scope), undefined), scope.fields);
  assertBounded(scope.identity, kind, undefined, object);
  return { ops: [putOp(kind, object)], object };
}

/** What people declare: metadata and spec. A status in `input` is left out of account. */
export function planUpdate(view: View, scope: WriteScope, kind: KindDefinition, input: Resource): Planned {
  const old = current(view, kind, input);
  const wanted = settled(old, { ...input, metadata: mergedMetadata(old, input), ...(old.status !== undefined && { status: old.status }) });
  assertMayUpdate(scope.identity, kind, old, wanted);
  const object = withOwners(kind, old, input, withGeneration(kind, old, admit(view, scope, 'update', kind, wanted, old)), scope.fields);
  if (kind.immutable && specChanged(kind, old, object)) throw immutable(kind, old);
  assertBounded(scope.identity, kind, old, object);
  const unheld = object.metadata.deletionTimestamp && (object.metadata.finalizers ?? []).length === 0;
  return unheld ? planRemoval(view, scope, kind, object) : changed(kind, old, object);
}

/** What the system reports: only the status of `input` counts. */
export function planStatus(view: View, scope: WriteScope, kind: KindDefinition, input: Resource): Planned {
  if (!kind.status) throw new ApiError('NotFound', `${kind.plural} have no status`, { kind: kind.plural });
  const old = current(view, kind, input);
  const wanted = settled(old, { ...old, status: input.status });
  assertMayWriteStatus(scope.identity, kind, old, wanted);
  return changed(kind, old, admit(view, scope, 'updateStatus', kind, wanted, old));
}

/** Marks it for deletion while finalizers hold it, else drops it. */
export function planDelete(view: View, scope: WriteScope, kind: KindDefinition, at: { namespace?: string; name: string }, preconditions: Preconditions = {}): Planned {
  assertMayOwn(scope.identity, kind, 'delete', at.name);
  const old = existing(view, kind, at.namespace, at.name);
  assertUnchanged(kind, old, preconditions);
  const admitted = admit(view, scope, 'delete', kind, old, old);
  if ((old.metadata.finalizers ?? []).length === 0) return planRemoval(view, scope, kind, old);
  if (old.metadata.deletionTimestamp) return { ops: [], object: old };
  return changed(kind, old, { ...admitted, metadata: { ...admitted.metadata, deletionTimestamp: scope.now } });
}

/** Several writes in one commit: each sees those before it. */
export function planAll(view: View, steps: ((view: View) => Planned)[]): { ops: Op[]; objects: (Resource | null)[] } {
  const ops: Op[] = [];
  const objects = steps.map((step) => {
    const planned = step(layered(view, ops));
    ops.push(...planned.ops);
    return planned.object;
  });
  return { ops, objects };
}

function admit(view: View, scope: WriteScope, verb: WriteVerb, kind: KindDefinition, object: Resource, old: Resource | undefined): Resource {
  const { identity, dryRun, now, warn = () => undefined } = scope;
  return scope.context.hooks.admission.reduce((at, admission) => admission({ verb, kind, object: at, old, view, identity, dryRun, now, warn }), object);
}

function newObject(kind: KindDefinition, input: Resource, scope: WriteScope): Resource {
  const { labels, annotations, ownerReferences, namespace, name } = input.metadata;
  const metadata = { name, ...(kind.namespaced && { namespace }), uid: crypto.randomUUID(), generation: 1, creationTimestamp: scope.now, labels, annotations, ownerReferences };
  const { status: _status, ...rest } = input;
  return storable({ ...rest, metadata, status: initialStatus(kind) } as Resource) as unknown as Resource;
}

/** What the kind's own defaults say of a status that nobody has written; most say nothing. */
function initialStatus(kind: KindDefinition): unknown {
  const { success, data } = kind.status?.safeParse({}) ?? { success: false, data: undefined };
  return success && Object.keys(data as object).length > 0 ? data : undefined;
}

/** The server's own metadata stands; what people may say is taken from them. */
function mergedMetadata(old: Resource, input: Resource): Resource['metadata'] {
  const { labels, annotations, ownerReferences, finalizers } = input.metadata;
  return { ...old.metadata, labels, annotations, ownerReferences, finalizers };
}

/** As it will be read back from the record; the resourceVersion is kept for answers. */
function settled(old: Resource, object: Resource): Resource {
  const plain = storable(object) as unknown as Resource;
  return { ...plain, metadata: { ...plain.metadata, resourceVersion: old.metadata.resourceVersion } };
}

function withGeneration(kind: KindDefinition, old: Resource, object: Resource): Resource {
  if (!specChanged(kind, old, object)) return object;
  return { ...object, metadata: { ...object.metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}

function specChanged(kind: KindDefinition, old: Resource, object: Resource): boolean {
  return !isDeepStrictEqual(specOf(kind, old), specOf(kind, object));
}

function specOf(kind: KindDefinition, object: Resource): unknown {
  if (!kind.flat) return object.spec ?? {};
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}

/** No operation when nothing differs, so that its resourceVersion stays. */
function changed(kind: KindDefinition, old: Resource, object: Resource): Planned {
  const value = storable(object);
  return isDeepStrictEqual(unversioned(old), value) ? { ops: [], object: old } : { ops: [{ op: 'put', key: keyOf(kind, object), value }], object };
}

function current(view: View, kind: KindDefinition, input: Resource): Resource {
  const old = existing(view, kind, input.metadata.namespace, input.metadata.name);
  assertUnchanged(kind, old, input.metadata);
  return old;
}
