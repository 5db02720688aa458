import { CommitRequest, commitsPath, invalid, kindByName, nearest, kinds, apiVersionOf, parseOrThrow, type CommitAnswer, type KindDefinition, type Resource } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import type { Part, ServerContext } from '../context.js';
import { withoutManagers } from '../fields/managers.js';
import { leaseTokenOf } from '../leadership/fence.js';
import type { View } from '../store/log/view.js';
import { commitAll } from './commit-plan.js';
import { assertWritesHere } from './ownership.js';
import { readObject, readStatus } from './schema.js';
import { withFinalizers } from './wanted.js';
import { planAll, planCreate, planDelete, planStatus, planUpdate, type Planned, type WriteScope } from './write.js';

type Op = CommitRequest['ops'][number];
type Step = (view: View) => Planned;

/** In one commit several objects come together, each of which may be as large as a body else. */
const bodyLimit = 16 * 1024 * 1024;

/** Several writes that become real together or not at all, each checked as it would be alone. */
export const commitsRoute: Part = (app, context) => {
  app.post(commitsPath, { bodyLimit }, (request) => answer(context, request));
};

async function answer(context: ServerContext, request: FastifyRequest): Promise<CommitAnswer> {
  assertWritesHere(request.identity, 'a commit');
  const { ops } = parseOrThrow(CommitRequest, request.body, { kind: 'Commit' });
  const scope = { context, identity: request.identity, dryRun: false, now: context.now(), leaseToken: leaseTokenOf(request) };
  const steps = ops.map((op, index) => stepOf(op, index, scope));
  const objects = await commitAll(scope, request.id, (view) => planAll(view, steps));
  const versions = objects.map((object) => Number(object?.metadata.resourceVersion ?? 0));
  return { resourceVersion: String(Math.max(context.registry.rv, ...versions)), objects: objects.map((object) => object && withoutManagers(object)) };
}

function stepOf({ verb, object }: Op, index: number, scope: WriteScope): Step {
  const kind = knownKind(object, index);
  const { name, namespace, resourceVersion, uid } = object.metadata as Resource['metadata'];
  if (kind.namespaced && !namespace) throw invalid({ kind: 'Commit' }, [{ field: `ops[${index}].object.metadata.namespace`, reason: 'FieldValueRequired', message: 'is required' }]);
  const strict = () => readObject(kind, object, 'Strict', () => undefined);
  const input = verb === 'updateStatus' ? readStatus(kind, object, 'Strict', () => undefined) : verb === 'delete' ? undefined : strict();
  switch (verb) {
    case 'create':
      return (view) => planCreate(view, scope, kind, input!);
    case 'update':
      return (view) => planUpdate(view, scope, kind, withFinalizers(view, kind, input!));
    case 'updateStatus':
      return (view) => planStatus(view, scope, kind, input!);
    case 'delete':
      return (view) => planDelete(view, scope, kind, { namespace, name }, { uid, resourceVersion });
  }
}

function knownKind({ apiVersion, kind: name }: Op['object'], index: number): KindDefinition {
  const kind = kindByName(name);
  if (kind && apiVersionOf(kind) === apiVersion) return kind;
  const near = nearest(name, kinds.map((each) => each.kind));
  throw invalid({ kind: 'Commit' }, [{ field: `ops[${index}].object.kind`, reason: 'FieldValueNotFound', message: `there is no kind ${name} in ${apiVersion}${near ? `, did you mean ${near}?` : ''}` }]);
}
