import { ApiError, type KindDefinition, type Resource } from '@spawnit/contract';
import type { View } from '../store/log/view.js';
import { find } from './records.js';

export interface Preconditions {
  uid?: string;
  resourceVersion?: string;
}

/** The object of that name. Throws NotFound. */
export function existing(view: View, kind: KindDefinition, namespace: string | undefined, name: string): Resource {
  const found = find(view, kind, namespace, name);
  if (found) return found;
  const where = kind.namespaced ? ` in namespace ${JSON.stringify(namespace)}` : '';
  throw new ApiError('NotFound', `${titleOf(kind)} ${JSON.stringify(name)} not found${where}`, { kind: kind.plural, name });
}

/** Throws Conflict when the caller means another version, or another object of this name. */
export function assertUnchanged(kind: KindDefinition, old: Resource, { uid, resourceVersion }: Preconditions): void {
  const { name } = old.metadata;
  const refuse = (why: string) => new ApiError('Conflict', `${titleOf(kind)} ${JSON.stringify(name)} ${why}`, { kind: kind.plural, name });
  if (uid && uid !== old.metadata.uid) throw refuse(`is another one by now: its uid is ${old.metadata.uid}, not ${uid}`);
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw refuse('has been changed since it was read: read it again and repeat the change');
}

export function assertNamespaceOpen(view: View, kind: KindDefinition, namespace: string | undefined): void {
  if (!kind.namespaced) return;
  const found = find(view, { plural: 'namespaces', namespaced: false }, undefined, namespace ?? '');
  if (!found) throw new ApiError('NotFound', `namespace ${JSON.stringify(namespace)} not found: create it first, for instance with \`kubectl create namespace ${namespace}\``, { kind: 'namespaces', name: namespace });
  if (found.metadata.deletionTimestamp && kind.kind !== 'Event' && kind.kind !== 'Job')
    throw new ApiError('Conflict', `namespace ${JSON.stringify(namespace)} is being deleted: nothing new may be made in it`, { kind: 'namespaces', name: namespace });
}

export function titleOf(kind: KindDefinition): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

export function alreadyExists(kind: KindDefinition, name: string): ApiError {
  return new ApiError('AlreadyExists', `${titleOf(kind)} ${JSON.stringify(name)} already exists`, { kind: kind.plural, name });
}

export function immutable(kind: KindDefinition, old: Resource): ApiError {
  const { name } = old.metadata;
  const message = `a ${kind.kind} can't be changed once made: create another`;
  return new ApiError('Invalid', `${titleOf(kind)} ${JSON.stringify(name)}: ${message}`, { kind: kind.plural, name, causes: [{ field: 'spec', reason: 'FieldValueForbidden', message }] });
}
