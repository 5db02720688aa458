import { apiVersionOf, type Identity, type KindDefinition, type Resource } from '@spawnit/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';
import type { Form } from '../http/accept.js';
import { asApiError } from '../http/failures.js';
import type { ReadQuery } from '../http/query.js';
import { entriesOf, present } from '../resources/read.js';
import { recordPrefix, resourceOf } from '../resources/records.js';
import type { Selection } from '../selection/selection.js';
import { metadataOnly, tableOf } from '../table/table.js';
import { WatchExpired } from '../store/log/errors.js';
import { Outlet } from './outlet.js';
import { selected } from './selected.js';

const bookmarkMs = 15_000;
/** As Kubernetes does, so that watches spread themselves over servers again. */
const longestSeconds = 3_600;

export interface WatchRequest {
  kind: KindDefinition;
  namespace: string | undefined;
  selection: Selection;
  query: ReadQuery;
  form: Form;
  identity: Identity;
}

type WatchEvent = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: Resource } | { type: 'BOOKMARK'; rv: number; annotations?: Record<string, string> } | { type: 'ERROR'; error: unknown };

/** Answers `?watch=true`: JSON lines, every change once and in order, until the reader, the time or the server ends it. */
export function serveWatch(context: ServerContext, request: FastifyRequest, reply: FastifyReply, watch: WatchRequest): void {
  const { query, kind } = watch;
  const outlet = new Outlet<WatchEvent>(reply.raw, (event) => lineOf(context, watch, event), context.streams.pressure);
  const stops: (() => void)[] = [];
  const taken = context.streams.take(request, reply, { 'content-type': 'application/json' }, { end: () => outlet.end(), closed: () => stops.forEach((stop) => stop()) });
  if (!taken) return;
  const after = begin(context, watch, outlet);
  try {
    stops.push(context.registry.watch({ prefix: recordPrefix(kind, watch.namespace), after, onEnd: (error) => fail(outlet, error) }, (change) => {
      const event = selected(change, watch.selection);
      if (event) outlet.push(event);
    }));
  } catch (error) {
    return fail(outlet, error);
  }
  outlet.begun();
  const mark = () => void outlet.push({ type: 'BOOKMARK', rv: context.registry.rv });
  if (query.allowWatchBookmarks) stops.push(every(bookmarkMs, mark));
  stops.push(once((query.timeoutSeconds || longestSeconds) * 1000, () => {
    // So that its next watch goes on from here, whatever it was not told of.
    if (query.allowWatchBookmarks) mark();
    outlet.end();
  }));
}

/** Sends what there is, unless the watch goes on from a version; tells from where changes are to be sent. */
function begin(context: ServerContext, { kind, namespace, selection, query }: WatchRequest, outlet: Outlet<WatchEvent>): number {
  const { rv } = context.registry;
  const from = Number(query.resourceVersion ?? 0);
  const initial = query.sendInitialEvents ?? from === 0;
  if (!initial) return from === 0 ? rv : from;
  const objects = entriesOf(context, kind, namespace).map((entry) => resourceOf(entry)).filter(selection);
  outlet.begin(objects.map((object) => ({ type: 'ADDED', object })));
  if (query.sendInitialEvents) outlet.begin([{ type: 'BOOKMARK', rv, annotations: { 'k8s.io/initial-events-end': 'true' } }]);
  return rv;
}

/** A change that hundreds watch is written out once for all who are shown the same of it. */
function lineOf(context: ServerContext, watch: WatchRequest, event: WatchEvent): string {
  const make = () => `${JSON.stringify(encode(context, watch, event))}\n`;
  if (event.type === 'BOOKMARK' || event.type === 'ERROR') return make();
  const { kind, form, query, identity } = watch;
  const { namespace, name, resourceVersion } = event.object.metadata;
  return context.streams.lines.line(JSON.stringify([event.type, kind.plural, namespace, name, resourceVersion, form, query.includeObject, identity.role]), make);
}

function encode(context: ServerContext, { kind, form, query, identity }: WatchRequest, event: WatchEvent): unknown {
  if (event.type === 'ERROR') return { type: 'ERROR', object: asApiError(event.error).toStatus() };
  const now = context.now();
  const inForm = (objects: Resource[], rv?: string) => tableOf(kind, objects, { resourceVersion: rv }, { version: (form as { version: string }).version, include: query.includeObject, now });
  if (event.type === 'BOOKMARK') {
    const metadata = { resourceVersion: String(event.rv), ...(event.annotations && { annotations: event.annotations }) };
    return { type: 'BOOKMARK', object: form.as === 'Table' ? inForm([], metadata.resourceVersion) : { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata } };
  }
  const object = present(context, kind, event.object, identity);
  if (form.as === 'Table') return { type: event.type, object: inForm([object], object.metadata.resourceVersion) };
  return { type: event.type, object: form.as === 'Object' ? object : metadataOnly(object, `meta.k8s.io/${form.version}`) };
}

/** A lost position is told; a server that stops only ends the stream: its reader resumes elsewhere. */
function fail(outlet: Outlet<WatchEvent>, error: unknown): void {
  if (error instanceof WatchExpired) outlet.push({ type: 'ERROR', error });
  outlet.end();
}

function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms);
  return () => clearInterval(timer);
}

function once(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
