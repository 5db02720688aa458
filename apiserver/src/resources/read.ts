import { ApiError, apiVersionOf, type Identity, type KindDefinition, type ListMeta, type Resource } from '@spawnit/contract';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerContext } from '../context.js';
import { served } from '../fields/track.js';
import type { ReadQuery } from '../http/query.js';
import type { Selection } from '../selection/selection.js';
import type { RecordEntry } from '../store/log/view.js';
import { recordPrefix, resourceOf } from './records.js';

/** How long a read waits for the store to say that nothing newer was written. */
const freshenMs = 250;

/**
 * Makes what is in memory as new as the read asks for: '0' takes what there is, none wants the newest.
 * When the store does not answer in time, reads go on from memory and `warn` says so. Throws Timeout for a version that is nowhere.
 */
export async function freshen({ registry }: ServerContext, { resourceVersion, resourceVersionMatch }: Partial<Pick<ReadQuery, 'resourceVersion' | 'resourceVersionMatch'>>, warn: (message: string) => void): Promise<void> {
  const wanted = resourceVersion === undefined ? undefined : Number(resourceVersion);
  if (wanted === undefined || wanted > registry.rv) {
    const synced = await Promise.race([registry.sync().then(() => true), delay(freshenMs, false, { ref: false })]).catch(() => false);
    if (!synced) warn('the object store does not answer: this is what was known last, and may have changed since');
  }
  if (wanted !== undefined && wanted > registry.rv) throw new ApiError('Timeout', `Too large resource version: ${wanted}, current: ${registry.rv}`, { retryAfterSeconds: 1 });
  if (resourceVersionMatch === 'Exact' && wanted !== undefined && wanted !== 0 && wanted !== registry.rv)
    throw new ApiError('Expired', `only the newest list is kept, not that of resourceVersion ${wanted}: leave resourceVersionMatch out`);
}

export interface Page {
  items: Resource[];
  metadata: ListMeta;
}

interface Position {
  /** Key of the last record of the page before. */
  after: string;
  /** Version of the first page: a watch from there misses nothing, whatever was written between two pages. */
  rv: number;
}

/** Objects in key order; a `continue` token holds the place in that order, so that writes between pages neither repeat nor skip the rest. */
export function listPage({ registry }: ServerContext, kind: KindDefinition, namespace: string | undefined, selection: Selection, query: Pick<ReadQuery, 'limit' | 'continue'>): Page {
  const from = query.continue ? readToken(query.continue, recordPrefix(kind, namespace)) : { after: '', rv: registry.rv };
  const most = query.limit || Infinity;
  const items: Resource[] = [];
  let last: string | undefined;
  for (const entry of registry.view.list(recordPrefix(kind, namespace))) {
    if (entry.key <= from.after) continue;
    const object = resourceOf(entry);
    if (!selection(object)) continue;
    if (items.length === most) return { items, metadata: { resourceVersion: String(from.rv), continue: writeToken({ after: last!, rv: from.rv }) } };
    items.push(object);
    last = entry.key;
  }
  return { items, metadata: { resourceVersion: String(from.rv) } };
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
  try {
    const { after, rv } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<Position>;
    if (typeof after === 'string' && after.startsWith(prefix) && Number.isSafeInteger(rv)) return { after, rv: rv! };
  } catch {
    // Refused below.
  }
  throw new ApiError('BadRequest', 'the continue token is not one of this list: begin again without it');
}
