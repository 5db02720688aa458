import { ApiError, invalid, type KindDefinition, type Resource } from '@spawnit/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { applied } from '../fields/server-side-apply.js';
import type { View } from '../store/log/view.js';
import { commit } from './commit-plan.js';
import { freshen } from './read.js';
import { find } from './records.js';
import { readObject } from './schema.js';
import { placed, prepared, withFinalizers, type Subresource, type Write } from './wanted.js';
import { planCreate, planUpdate, type Planned, type WriteScope } from './write.js';

export const applyType = 'application/apply-patch+yaml';

/**
 * Server-side apply: the body is all that its field manager wants. What others own is theirs, what it
 * no longer names goes, and an object that is not there is made. Throws Conflict that names owner and field.
 */
export async function serverSideApply(kind: KindDefinition, part: Subresource, write: Write, request: FastifyRequest, reply: FastifyReply): Promise<Resource | null> {
  if (part === 'status') throw new ApiError('UnsupportedMediaType', `the parts of a status have fixed writers, and nobody else can own them: send application/merge-patch+json`);
  const { fieldManager, force } = write.query;
  if (!fieldManager) throw invalid({ kind: 'PatchOptions' }, [{ field: 'fieldManager', reason: 'FieldValueRequired', message: 'is required for an apply patch: say as whom, as in ?fieldManager=deploy-script' }]);
  const wanted = wantedObject(kind, request.body, write);
  const scope: WriteScope = { ...write.scope, fields: { manager: fieldManager, now: write.scope.now, said: wanted, apply: { force } } };
  const read = (object: unknown) => placed(kind, readObject(kind, object, write.query.fieldValidation, write.warn), write);
  const isThere = () => find(scope.context.registry.view, kind, write.namespace, write.name!) !== undefined;
  // Another server may have made it: what is wanted of one that is there need not be a whole object.
  if (!isThere()) await freshen(scope.context, {}, write.warn);
  const fresh = isThere() ? undefined : await prepared(kind, read(wanted), scope);
  const plan = (view: View): Planned => {
    const live = find(view, kind, write.namespace, write.name!);
    if (live) return planUpdate(view, scope, kind, withFinalizers(view, kind, read(based(applied(kind, live, wanted, fieldManager), wanted))));
    if (wanted.metadata.uid) throw new ApiError('Conflict', `${kind.plural} ${JSON.stringify(write.name)} with uid ${wanted.metadata.uid} is no more`, { kind: kind.plural, name: write.name });
    reply.code(201);
    return planCreate(view, scope, kind, fresh ?? read(wanted));
  };
  return commit(scope, request.id, plan);
}

/** A version or uid counts only when the applier names one. */
function based(object: Resource, { metadata: { resourceVersion, uid } }: Resource): Resource {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, resourceVersion, ...(uid && { uid }) } };
}

function wantedObject(kind: KindDefinition, body: unknown, { namespace, name }: Write): Resource {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApiError('BadRequest', 'the body of an apply must be one object');
  const { metadata = {} as Partial<Resource['metadata']>, ...rest } = body as { metadata?: Partial<Resource['metadata']> };
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) throw invalid({ kind: kind.kind, name }, [{ field: 'metadata', reason: 'FieldValueInvalid', message: 'must be an object' }]);
  if ((metadata.managedFields ?? []).length > 0) throw new ApiError('BadRequest', 'metadata.managedFields must be left out of what is applied: the server keeps it');
  return { ...rest, metadata: { ...metadata, name: metadata.name ?? name!, ...(kind.namespaced && { namespace: metadata.namespace ?? namespace }) } } as Resource;
}
