import { ApiError, kinds, nearest, type Identity, type KindDefinition, type Resource } from '@spawnit/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Part, ServerContext } from '../context.js';
import { readQuery } from '../http/query.js';
import { warn } from '../http/warnings.js';
import { entriesOf, freshen, present } from '../resources/read.js';
import { resourceOf } from '../resources/records.js';
import { visibleTo, type Selection } from '../selection/selection.js';
import { WatchExpired } from '../store/log/errors.js';
import type { Change } from '../store/log/view.js';
import { Outlet } from './outlet.js';
import { selected, type SelectedChange } from './selected.js';

const keepAliveMs = 15_000;
const agesEveryMs = 5_000;

const Query = z.object({
  /** Plurals, joined by commas. */
  kinds: z.string().max(500).default('services,jobs,nodes'),
  namespace: z.string().max(63).optional(),
  /** Whether to tell how long ago nodes were heard and services were checked. */
  ages: z.enum(['true', 'false']).default('false'),
  /** For a first connection; EventSource sends the header of that name by itself later on. */
  lastEventId: z.string().regex(/^\d{1,16}$/).optional(),
});

interface Followed {
  kind: KindDefinition;
  selection: Selection;
}
type Item = { sync: Followed; id: string | undefined; items: Resource[]; rv: number } | { change: SelectedChange; kind: KindDefinition } | { aliveAt: number } | { ages: Record<string, Record<string, number>> };

/**
 * Changes of several kinds in one stream of server-sent events, for browsers. First `sync` for each kind, with all its
 * objects; then `change` for each change. The id is the resourceVersion: a stream resumes after it, or begins with `sync`
 * again when that position is no longer kept. With `ages=true`, `ages` tells every 5 s what is not in the log: how many
 * seconds ago each node was heard, and each service checked that was so since the last time; it has no id.
 */
export const eventsStreamRoute: Part = (app, context) => {
  app.get('/apis/spawnit.dev/v1/events-stream', async (request, reply) => {
    const query = readQuery(Query, request.query);
    const followed = followedKinds(query.kinds, query.namespace, request.identity);
    await freshen(context, {}, (message) => warn(reply, message));
    serve(context, request, reply, followed, { position: positionOf(request, query.lastEventId), ages: query.ages === 'true' });
    return reply;
  });
};

function serve(context: ServerContext, request: FastifyRequest, reply: FastifyReply, followed: Map<string, Followed>, { position, ages }: { position: number | undefined; ages: boolean }): void {
  const outlet = new Outlet<Item>(reply.raw, (item) => encode(context, item), context.streams.pressure);
  const stops: (() => void)[] = [];
  const taken = context.streams.take(request, reply, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }, { end: () => outlet.end(), closed: () => stops.forEach((stop) => stop()) });
  if (!taken) return;
  const deliver = (change: Change) => {
    const of = followed.get(change.key.slice(0, change.key.indexOf('/')));
    const event = of && selected(change, of.selection);
    if (event) outlet.push({ change: event, kind: of.kind });
  };
  stops.push(watchFrom(context, outlet, followed, position, deliver));
  outlet.begun();
  const timer = setInterval(() => outlet.push({ aliveAt: context.registry.rv }), keepAliveMs);
  stops.push(() => clearInterval(timer));
  if (ages) stops.push(tellAges(context, outlet, [...followed.keys()], request.identity));
}

/** All at first, then what was heard since, with a little more for a timer that was late. A node is told of itself. */
function tellAges({ hooks }: ServerContext, outlet: Outlet<Item>, plurals: string[], identity: Identity): () => void {
  const isTold = (name: string) => identity.role !== 'node' || name === identity.name;
  const tell = (withinMs: number) => {
    const of = (plural: string) => Object.fromEntries([...(hooks.ages.get(plural)?.(withinMs) ?? [])].filter(([name]) => isTold(name)).map(([name, ms]) => [name, Math.round(ms / 100) / 10]));
    outlet.push({ ages: Object.fromEntries(plurals.filter((plural) => hooks.ages.has(plural)).map((plural) => [plural, of(plural)])) });
  };
  tell(Infinity);
  const timer = setInterval(() => tell(2 * agesEveryMs), agesEveryMs);
  return () => clearInterval(timer);
}

/** Goes on after the position if it is still kept, else from what there is. */
function watchFrom({ registry }: ServerContext, outlet: Outlet<Item>, followed: Map<string, Followed>, position: number | undefined, deliver: (change: Change) => void): () => void {
  const onEnd = () => outlet.end();
  if (position !== undefined && position <= registry.rv) {
    try {
      return registry.watch({ after: position, onEnd }, deliver);
    } catch (error) {
      if (!(error instanceof WatchExpired)) throw error;
    }
  }
  outlet.begin(syncItems(registry, [...followed.values()]));
  return registry.watch({ after: registry.rv, onEnd }, deliver);
}

/** Only the last one has an id: who breaks off before has to begin again. */
function syncItems(registry: ServerContext['registry'], followed: Followed[]): Item[] {
  const { rv } = registry;
  return followed.map((sync, index) => {
    const items = entriesOf({ registry }, sync.kind, undefined).map((entry) => resourceOf(entry)).filter(sync.selection);
    return { sync, items, rv, id: index === followed.length - 1 ? String(rv) : undefined };
  });
}

function encode(context: ServerContext, item: Item): string {
  if ('aliveAt' in item) return `: alive\nid: ${item.aliveAt}\n\n`;
  if ('ages' in item) return message('ages', undefined, item.ages);
  if ('change' in item) {
    const object = present(context, item.kind, item.change.object);
    return message('change', object.metadata.resourceVersion, { type: item.change.type, object });
  }
  const { kind } = item.sync;
  return message('sync', item.id, { kind: kind.kind, plural: kind.plural, resourceVersion: String(item.rv), items: item.items.map((object) => present(context, kind, object)) });
}

/** JSON has no line ends of its own, so that one data line holds it. */
function message(event: string, id: string | undefined, data: unknown): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

function followedKinds(names: string, namespace: string | undefined, identity: Identity): Map<string, Followed> {
  const chosen = [...new Set(names.split(',').map((name) => name.trim()).filter((name) => name !== ''))].map(kindNamed);
  if (chosen.length === 0) throw new ApiError('BadRequest', 'query parameter kinds: name at least one kind, such as services');
  return new Map(chosen.map((kind) => [kind.plural, { kind, selection: inNamespace(kind, namespace, visibleTo(identity, kind)) }]));
}

function inNamespace(kind: KindDefinition, namespace: string | undefined, visible: Selection): Selection {
  if (!kind.namespaced || namespace === undefined) return visible;
  return (object) => object.metadata.namespace === namespace && visible(object);
}

function kindNamed(plural: string): KindDefinition {
  const kind = kinds.find((each) => each.plural === plural);
  if (kind) return kind;
  const near = nearest(plural, kinds.map((each) => each.plural));
  throw new ApiError('BadRequest', `query parameter kinds: there is no kind ${JSON.stringify(plural)}${near ? `, did you mean ${near}?` : ''}`);
}

function positionOf(request: FastifyRequest, given: string | undefined): number | undefined {
  const id = request.headers['last-event-id'] ?? given;
  return typeof id === 'string' && /^\d{1,16}$/.test(id) ? Number(id) : undefined;
}
