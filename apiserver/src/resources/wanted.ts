import { ApiError, type KindDefinition, type Resource } from '@spawnit/contract';
import type { WriteQuery } from '../http/query.js';
import type { View } from '../store/log/view.js';
import { assertMayOwn } from './ownership.js';
import type { Params } from './params.js';
import { find } from './records.js';
import type { WriteScope } from './write.js';

export type Subresource = 'main' | 'status';

export interface Write extends Params {
  scope: WriteScope;
  query: WriteQuery;
  warn: (message: string) => void;
}

/** Throws BadRequest when the body is of another object than the path. */
export function placed(kind: KindDefinition, object: Resource, { namespace, name }: Params): Resource {
  const { metadata } = object;
  if (kind.namespaced && metadata.namespace !== undefined && metadata.namespace !== namespace)
    throw new ApiError('BadRequest', `the namespace of the body (${metadata.namespace}) is not that of the path (${namespace})`);
  if (name !== undefined && metadata.name !== undefined && metadata.name !== name) throw new ApiError('BadRequest', `the name of the body (${metadata.name}) is not that of the path (${name}): a resource can't be renamed`);
  const { namespace: _namespace, ...rest } = metadata;
  return { ...object, metadata: { ...rest, ...(kind.namespaced && { namespace }), name: name ?? metadata.name } };
}

/** Laid aside and filled in what must be before the commit, by every part that has a say. */
export async function prepared(kind: KindDefinition, input: Resource, { context, identity, dryRun }: WriteScope): Promise<Resource> {
  // Before anything is laid aside for it, such as the files of a module.
  assertMayOwn(identity, kind, 'create', input.metadata.name ?? '');
  let object = input;
  for (const prepare of context.hooks.preparation) object = await prepare({ kind, object, identity, dryRun });
  return object;
}

/** PUT says what is to be; finalizers, which are not people's to say, stay when left out. */
export function withFinalizers(view: View, kind: KindDefinition, input: Resource): Resource {
  if (input.metadata.finalizers !== undefined) return input;
  const finalizers = find(view, kind, input.metadata.namespace, input.metadata.name)?.metadata.finalizers;
  return finalizers ? { ...input, metadata: { ...input.metadata, finalizers } } : input;
}
