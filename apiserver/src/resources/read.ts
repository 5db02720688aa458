import { ApiError, apiVersionOf, type Identity, type KindDefinition, type ListMeta, type Resource } from '@spawnit/contract';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerContext } from '../context.js';
import { served } from '../fields/track.js';
import type { ReadQuery } from '../http/query.js';
import type { Selection } from '../selection/selection.js';
import { WatchExpired } from '../store/log/errors.js';
import type { RecordEntry, View } from '../store/log/view.js';
import { recordPrefix, resourceOf } from './records.js';

/** How long a read waits for the store to say that nothing newer was written. */
const freshenMs = 250;

/**
 * Makes what is in memory as new as the read asks for: '0' takes what there is, none wants the newest.
 * When the store does not answer in time, reads go on from memory, `warn` says so, and the answer is false: what is not in memory
 * may be there all the same. Throws Timeout for a version that is nowhere.
 */
export async function freshen({ registry }: ServerContext, { resourceVersion }: Partial<Pick<ReadQuery, 'resourceVersion'>>, warn: (message: string) => void): Promise<boolean> {
  const wanted = resourceVersion === undefined ? undefined : Number(resourceVersion);
  let known = true;
  if (wanted === undefined || wanted > registry.rv) {
    known = await Promise.race([registry.sync().then(() => true), delay(freshenMs, false, { ref: false })]).catch(() => false);
    if (!known) warn('the object store does not answer: this is what was known last, and may have changed since');
  }
  if (wanted !== undefined && wanted > registry.rv) throw new ApiError('Timeout', `Too large resource version: ${wanted}, current: ${registry.rv}`, { retryAfterSeconds: 1 });
  return known;
}

/** "Not there" is said only by who knows: people make it anew upon that, and controllers clean up. */
export function unknownWhether(kind: KindDefinition, name: string): ApiError {
  return new ApiError('ServiceUnavailable', `whether there is ${kind.plural} ${JSON.stringify(name)} is not known now: it was not there when the object store answered last`, { kind: kind.plural, name, retryAfterSeconds: 1 });
}

export interface Page {
  items: Resource[];
  metadata: ListMeta;
}

interface Position {
  /** Key of the last record of the page before. */
  after: string;
  /** Version of the first page: all pages show that moment, and a watch from there misses nothing. Without one: what there is now. */
  rv?: number;
}

/** Objects in key order, a page of them; all pages of a list are of one moment. Throws Expired, with a token to go on regardless, when that is too long ago. */
export function listPage({ registry }: ServerContext, kind: KindDefinition, namespace: string | undefined, selection: Selection, query: Partial<Pick<ReadQuery, 'limit' | 'continue' | 'resourceVersion' | 'resourceVersionMatch'>>): Page {
  const prefix = recordPrefix(kind, namespace);
  const { after, rv: asked = registry.rv } = query.continue ? readToken(query.continue, prefix) : { after: '', rv: query.resourceVersionMatch === 'Exact' ? Number(query.resourceVersion) || undefined : undefined };
  const most = query.limit || Infinity;
  const items: Resource[] = [];
  let last: string | undefined;
  for (const entry of recordsAt(registry, asked, after).list(prefix, after)) {
    const object = resourceOf(entry);
    if (!selection(object)) continue;
    if (items.length === most) return { items, metadata: { resourceVersion: String(asked), continue: writeToken({ after: last!, rv: asked }) } };
    items.push(object);
    last = entry.key;
  }
  return { items, metadata: { resourceVersion: String(asked) } };
}

function recordsAt(registry: ServerContext['registry'], rv: number, after: string): View {
  try {
    return registry.viewAt(rv);
  } catch (error) {
    if (!(error instanceof WatchExpired)) throw error;
    const message = 'what there was when this list was begun is no longer kept: begin again without the continue token, or take the one in this answer for the rest as it is now';
    throw new ApiError('Expired', message, after === '' ? {} : { continue: writeToken({ after }) });
  }
}

/** What a read has to know before it can answer: the moment of its first page, if it goes on with a list. */
export function momentOf(query: Pick<ReadQuery, 'continue'>): string {
  const { rv } = query.continue ? decoded(query.continue) : {};
  return String(Number.isSafeInteger(rv) && rv! > 0 ? rv : 0);
}

export function listOf(kind: KindDefinition, { items, metadata }: Page): unknown {
  return { apiVersion: apiVersionOf(kind), kind: `${kind.kind}List`, metadata, items };
}

/** Lays over it what is known only in memory, and shows whose fields are whose to whom it may concern. */
export function present(context: ServerContext, kind: KindDefinition, object: Resource, to?: Identity): Resource {
  return served(kind, context.hooks.presentation.reduce((at, lay) => lay(kind, at), object), to);
}

export function entriesOf({ registry }: Pick<ServerContext, 'registry'>, kind: KindDefinition, namespace: string | undefined): RecordEntry[] {
  return [...registry.view.list(recordPrefix(kind, namespace))];
}

function writeToken(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function readToken(text: string, prefix: string): Position {
  const { after, rv } = decoded(text);
  if (typeof after === 'string' && after.startsWith(prefix) && (rv === undefined || (Number.isSafeInteger(rv) && rv > 0))) return { after, rv };
  throw new ApiError('BadRequest', 'the continue token is not one of this list: begin again without it');
}

function decoded(text: string): Partial<Position> {
  try {
    return (JSON.parse(Buffer.from(text, 'base64url').toString()) ?? {}) as Partial<Position>;
  } catch {
    return {};
  }
}
