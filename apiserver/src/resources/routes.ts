import { ApiError, collectionPath, kinds, type KindDefinition, type Resource } from '@spawnit/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';
import { formOf } from '../http/accept.js';
import { readQuery, ReadQuery } from '../http/query.js';
import { warn } from '../http/warnings.js';
import { selectionOf, visibleTo } from '../selection/selection.js';
import { metadataOnly, tableOf } from '../table/table.js';
import { serveWatch } from '../watch/watch.js';
import { existing, titleOf } from './existing.js';
import { paramsOf } from './params.js';
import { find } from './records.js';
import { freshen, listOf, listPage, momentOf, present, unknownWhether } from './read.js';
import { create, patch, remove, removeCollection, replace } from './write-routes.js';

/** All verbs of all kinds, from the contract alone. */
export function resourceRoutes(app: FastifyInstance, context: ServerContext): void {
  for (const kind of kinds) {
    const everywhere = collectionPath(kind);
    const collection = kind.namespaced ? collectionPath(kind, '{}').replace('%7B%7D', ':namespace') : everywhere;
    if (kind.namespaced) {
      app.get(everywhere, (request, reply) => list(context, kind, request, reply));
      app.post(everywhere, () => {
        throw new ApiError('BadRequest', `${kind.plural} are made in a namespace: POST to ${collectionPath(kind, 'default')}, for instance`);
      });
    }
    app.get(collection, (request, reply) => list(context, kind, request, reply));
    app.post(collection, (request, reply) => create(context, kind, request, reply));
    app.delete(collection, (request, reply) => removeCollection(context, kind, request, reply));
    const one = `${collection}/:name`;
    app.get(one, (request, reply) => get(context, kind, request, reply));
    app.put(one, (request, reply) => replace(context, kind, 'main', request, reply));
    app.patch(one, (request, reply) => patch(context, kind, 'main', request, reply));
    app.delete(one, (request, reply) => remove(context, kind, request, reply));
    if (kind.status) {
      app.get(`${one}/status`, (request, reply) => get(context, kind, request, reply));
      app.put(`${one}/status`, (request, reply) => replace(context, kind, 'status', request, reply));
      app.patch(`${one}/status`, (request, reply) => patch(context, kind, 'status', request, reply));
    }
  }
}

async function get(context: ServerContext, kind: KindDefinition, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { namespace, name } = paramsOf(kind, request);
  const query = readQuery(ReadQuery, request.query);
  const form = formOf(request.headers.accept);
  const visible = visibleTo(request.identity, kind);
  const known = await freshen(context, query, (message) => warn(reply, message));
  if (!known && find(context.registry.view, kind, namespace, name!) === undefined) throw unknownWhether(kind, name!);
  const found = existing(context.registry.view, kind, namespace, name!);
  if (!visible(found)) throw new ApiError('NotFound', `${titleOf(kind)} ${JSON.stringify(name)} not found`, { kind: kind.plural, name });
  const object = present(context, kind, found, request.identity);
  if (form.as === 'Table') return tableOf(kind, [object], { resourceVersion: object.metadata.resourceVersion }, { version: form.version, include: query.includeObject, now: context.now() });
  return form.as === 'Object' ? object : metadataOnly(object, `meta.k8s.io/${form.version}`);
}

async function list(context: ServerContext, kind: KindDefinition, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { namespace } = paramsOf(kind, request);
  const query = readQuery(ReadQuery, request.query);
  const form = formOf(request.headers.accept);
  const selection = selectionOf(kind, request.identity, query);
  const newest = query.watch && query.resourceVersion !== undefined ? { ...query, resourceVersion: '0' } : query;
  const known = await freshen(context, query.continue ? { resourceVersion: momentOf(query) } : newest, (message) => warn(reply, message));
  if (query.watch) {
    await assertReached(context, query.resourceVersion);
    serveWatch(context, request, reply, { kind, namespace, selection, query, form, identity: request.identity });
    return reply;
  }
  const page = listPage(context, kind, namespace, selection, query);
  const one = nameAsked(query.fieldSelector);
  if (!known && one !== undefined && page.items.length === 0) throw unknownWhether(kind, one);
  const presented = (object: Resource) => present(context, kind, object, request.identity);
  const items = page.items.map(presented);
  if (form.as === 'Object') return listOf(kind, { ...page, items });
  if (form.as === 'Table') return tableOf(kind, items, page.metadata, { version: form.version, include: query.includeObject, now: context.now() });
  const apiVersion = `meta.k8s.io/${form.version}`;
  return { kind: 'PartialObjectMetadataList', apiVersion, metadata: page.metadata, items: items.map((object) => metadataOnly(object, apiVersion)) };
}

/**
 * A version that is nowhere, even when the log has been read to its end, is of a log that is no more: of before a restore, say.
 * A watch from there would be silent until this one has come as far. Throws Expired, upon which clients list anew.
 */
async function assertReached({ registry }: ServerContext, resourceVersion = '0'): Promise<void> {
  if (Number(resourceVersion) <= registry.rv) return;
  const known = await registry.sync().then(() => true, () => false);
  if (known && Number(resourceVersion) > registry.rv) throw new ApiError('Expired', `resourceVersion ${resourceVersion} is of no write that there is, the latest is ${registry.rv}: list again, and watch from there`);
}

function nameAsked(fieldSelector: string | undefined): string | undefined {
  return /(?:^|,)metadata\.name==?([^,]+)/.exec(fieldSelector ?? '')?.[1];
}
