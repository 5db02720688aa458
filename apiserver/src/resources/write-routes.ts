import { commit, commitAll } from './commit-plan.js';
import { ApiError, apiVersionOf, parseOrThrow, type KindDefinition, type Resource } from '@spawnit/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ServerContext } from '../context.js';
import { managerName } from '../fields/managers.js';
import { served } from '../fields/track.js';
import { mediaTypeOf } from '../http/accept.js';
import { readQuery, WriteQuery } from '../http/query.js';
import { warn } from '../http/warnings.js';
import { applyPatch, mergePatchType } from '../patch/apply-patch.js';
import { selectionOf } from '../selection/selection.js';
import { leaseTokenOf } from '../leadership/fence.js';
import type { View } from '../store/log/view.js';
import { applyType, serverSideApply } from './apply.js';
import { existing } from './existing.js';
import { planOnce } from './idempotency.js';
import { assertWritesHere } from './ownership.js';
import { paramsOf } from './params.js';
import { all, find } from './records.js';
import { readObject, readStatus } from './schema.js';
import { placed, prepared, withFinalizers, type Subresource, type Write } from './wanted.js';
import { planAll, planCreate, planDelete, planStatus, planUpdate, type Planned } from './write.js';

export async function create(context: ServerContext, kind: KindDefinition, request: FastifyRequest, reply: FastifyReply): Promise<Resource> {
  const write = begin(context, kind, request, reply);
  const body = Buffer.isBuffer(request.body) ? await bodyObject(context, kind, request) : request.body;
  const input = placed(kind, readObject(kind, body, write.query.fieldValidation, write.warn), write);
  const { scope } = write;
  const object = named(await prepared(kind, input, scope), context);
  const said = typeof body === 'object' && body !== null ? (body as Resource) : undefined;
  const plan = (view: View) => planCreate(view, { ...scope, fields: { ...scope.fields!, said } }, kind, object);
  const key = request.headers['idempotency-key'];
  const again = typeof key === 'string' && !scope.dryRun ? { keys: context.keys, identity: scope.identity, key, request: `${request.url}\n${JSON.stringify(request.body)}`, now: scope.now } : undefined;
  const made = await commit(scope, request.id, again ? (view) => planOnce(view, again, () => plan(view)) : plan);
  reply.code(201);
  return served(kind, made!, scope.identity);
}

export async function replace(context: ServerContext, kind: KindDefinition, part: Subresource, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const write = begin(context, kind, request, reply);
  const input = placed(kind, part === 'status' ? readStatus(kind, request.body, write.query.fieldValidation, write.warn) : readObject(kind, request.body, write.query.fieldValidation, write.warn), write);
  const plan = (view: View) => (part === 'status' ? planStatus(view, write.scope, kind, input) : planUpdate(view, write.scope, kind, withFinalizers(view, kind, input)));
  return answer(kind, write, await commit(write.scope, request.id, plan));
}

export async function patch(context: ServerContext, kind: KindDefinition, part: Subresource, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const write = begin(context, kind, request, reply);
  const contentType = mediaTypeOf(request.headers['content-type']);
  if (contentType === applyType) return answer(kind, write, await serverSideApply(kind, part, write, request, reply));
  applyPatch(kind, contentType, {} as Resource, contentType.includes('json-patch') ? [] : {});
  const plan = (view: View): Planned => {
    const old = existing(view, kind, write.namespace, write.name!);
    const shown = served(kind, old, write.scope.identity);
    const target = contentType === mergePatchType ? context.hooks.merging.reduce((object, ready) => ready({ kind, object, patch: request.body, view }), shown) : shown;
    const patched = applyPatch(kind, contentType, target, request.body);
    const read = part === 'status' ? readStatus : readObject;
    const input = placed(kind, read(kind, patched, write.query.fieldValidation, write.warn), write);
    return part === 'status' ? planStatus(view, write.scope, kind, input) : planUpdate(view, write.scope, kind, input);
  };
  return answer(kind, write, await commit(write.scope, request.id, plan));
}

const DeleteOptions = z.object({
  preconditions: z.object({ uid: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
  propagationPolicy: z.enum(['Foreground', 'Background', 'Orphan']).optional(),
  dryRun: z.array(z.literal('All')).optional(),
});

export async function remove(context: ServerContext, kind: KindDefinition, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const write = begin(context, kind, request, reply);
  const options = deleteOptions(kind, request, write);
  let was: Resource | undefined;
  const plan = (view: View) => {
    was = find(view, kind, write.namespace, write.name!);
    return planDelete(view, write.scope, kind, { namespace: write.namespace, name: write.name! }, options.preconditions);
  };
  const left = await commit(write.scope, request.id, plan);
  return left ? served(kind, left, write.scope.identity) : gone(kind, was);
}

/** What goes with each of them counts too, and a commit has a bound. */
const mostAtOnce = 100;

/** All of a selection, so many in a commit. */
export async function removeCollection(context: ServerContext, kind: KindDefinition, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const write = begin(context, kind, request, reply);
  deleteOptions(kind, request, write);
  const selection = selectionOf(kind, write.scope.identity, write.query);
  const left: (Resource | null)[] = [];
  const done = new Set<string | undefined>();
  for (let open = true; open; ) {
    let now: Resource[] = [];
    const part = await commitAll(write.scope, request.id, (view) => {
      const chosen = [...all(view, kind, write.namespace)].filter((object) => selection(object) && !done.has(object.metadata.uid));
      now = chosen.slice(0, mostAtOnce);
      open = chosen.length > now.length;
      return planAll(view, now.map(({ metadata: { namespace, name } }) => (at) => planDelete(at, write.scope, kind, { namespace, name })));
    });
    for (const { metadata } of now) done.add(metadata.uid);
    left.push(...part);
  }
  return { apiVersion: apiVersionOf(kind), kind: `${kind.kind}List`, metadata: { resourceVersion: String(context.registry.rv) }, items: left.filter((object) => object !== null).map((object) => served(kind, object, write.scope.identity)) };
}

function begin(context: ServerContext, kind: KindDefinition, request: FastifyRequest, reply: FastifyReply): Write {
  assertWritesHere(request.identity, kind.plural);
  const query = readQuery(WriteQuery, request.query);
  const warned = new Set<string>();
  const tell = (message: string) => {
    if (!warned.has(message)) warn(reply, message);
    warned.add(message);
  };
  const now = context.now();
  const fields = { manager: managerName(query.fieldManager, request.headers['user-agent']), now };
  const scope = { context, identity: request.identity, dryRun: query.dryRun, now, warn: tell, leaseToken: leaseTokenOf(request), fields };
  return { ...paramsOf(kind, request), query, scope, warn: tell };
}

const suffixLength = 5;
/** Without vowels, as in Kubernetes, so that no words come about. */
const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

function named(object: Resource, context: ServerContext): Resource {
  const { name, generateName } = object.metadata as { name?: string; generateName?: string };
  if (name !== undefined) return object;
  const kind = { kind: object.kind };
  const prefix = parseOrThrow(z.string().min(1), generateName, { ...kind, at: 'metadata.name' });
  const suffix = [...context.random(suffixLength)].map((byte) => suffixLetters[byte % suffixLetters.length]).join('');
  return { ...object, metadata: { ...object.metadata, name: prefix + suffix } };
}

function deleteOptions(kind: KindDefinition, request: FastifyRequest, write: Write): z.output<typeof DeleteOptions> {
  const options = parseOrThrow(DeleteOptions, request.body ?? {}, { kind: 'DeleteOptions' });
  if (options.dryRun) write.scope.dryRun = true;
  const policy = options.propagationPolicy ?? write.query.propagationPolicy;
  if (policy === 'Orphan' && (kind.kind === 'Service' || kind.kind === 'Namespace'))
    throw new ApiError('BadRequest', 'propagationPolicy Orphan is not offered: a service that is deleted is destroyed; suspend it to leave it as it is');
  return options;
}

function answer(kind: KindDefinition, write: Write, object: Resource | null): unknown {
  return object ? served(kind, object, write.scope.identity) : gone(kind, { metadata: { name: write.name! } } as Resource);
}

function gone(kind: KindDefinition, was: Resource | undefined): unknown {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name: was?.metadata.name, group: kind.group, kind: kind.plural, uid: was?.metadata.uid }, code: 200 };
}

async function bodyObject(context: ServerContext, kind: KindDefinition, request: FastifyRequest): Promise<Resource> {
  const contentType = mediaTypeOf(request.headers['content-type']);
  const read = context.hooks.bodyReaders.get(contentType);
  if (!read) throw new ApiError('UnsupportedMediaType', `${kind.plural} can't be read from ${contentType}`);
  return read(kind, request.body as Buffer, contentType);
}
