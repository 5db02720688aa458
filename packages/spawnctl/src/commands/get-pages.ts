import { ApiError, collectionPath, resourcePath, type KindDefinition, type Resource } from '@spawnit/contract';
import { note } from '../output/streams.js';
import { acceptTable, type Table } from '../output/table.js';
import type { Ref } from '../refs.js';
import type { Session } from '../session.js';

export interface GetFlags {
  output?: string;
  selector?: string;
  fieldSelector?: string;
  allNamespaces?: boolean;
  watch?: boolean;
  sortBy?: string;
  showLabels?: boolean;
  /** Keys, parted by commas. */
  labelColumns?: string;
  /** How many are asked for at once; 0 is all. */
  chunkSize: number;
  headers: boolean;
  ignoreNotFound?: boolean;
}

/** What becomes of the error when a name is not there: thrown, or kept for later. */
export type Missing = (error: unknown) => undefined;

export interface Found {
  items: Resource[];
  resourceVersion?: string;
}

/** One by its name, or all that are selected, page by page. */
export async function resourcesOf(session: Session, ref: Ref, flags: GetFlags): Promise<Found> {
  const resources = session.client.of(ref.kind);
  const namespace = namespaceOf(session, ref.kind, flags);
  if (ref.name !== undefined) {
    const item = await resources.get(ref.name, namespace);
    return { items: [item], resourceVersion: item.metadata.resourceVersion };
  }
  const items: Resource[] = [];
  let resourceVersion: string | undefined;
  const ask = (token: string | undefined) => resources.list({ namespace, labelSelector: flags.selector, fieldSelector: flags.fieldSelector, limit: flags.chunkSize || undefined, continue: token });
  for await (const page of pages(ask)) {
    items.push(...page.items);
    // Of the first: a watch from there misses nothing, also when later pages are of a later moment.
    resourceVersion ??= page.metadata.resourceVersion;
  }
  return { items, resourceVersion };
}

/** The server's tables, page by page. */
export async function* tablesOf(session: Session, ref: Ref, flags: GetFlags): AsyncGenerator<Table> {
  const namespace = namespaceOf(session, ref.kind, flags);
  const path = ref.name ? resourcePath(ref.kind, ref.name, namespace) : collectionPath(ref.kind, namespace);
  const selection = ref.name ? {} : { labelSelector: flags.selector, fieldSelector: flags.fieldSelector, limit: flags.chunkSize || undefined };
  // Without what the table needs of the objects, a page is a tenth as long.
  const includeObject = flags.sortBy ? 'Object' : flags.allNamespaces || flags.showLabels || flags.labelColumns || flags.watch ? undefined : 'None';
  yield* pages((token) => session.client.transport.json<Table>({ path, accept: acceptTable, query: { ...selection, includeObject, continue: token } }));
}

/** When the moment that the list began is no longer kept, the rest is as it is now; people are told, once. */
async function* pages<P extends { metadata?: { continue?: string } }>(ask: (token: string | undefined) => Promise<P>): AsyncGenerator<P> {
  let next: string | undefined;
  let told = false;
  do {
    const page = await ask(next).catch((error: unknown) => {
      const fresh = ApiError.is(error, 'Expired') ? error.details.continue : undefined;
      if (fresh === undefined) throw error;
      if (!told) note('the list took longer than the server keeps its moment: the rest is as it is now');
      told = true;
      return ask(fresh);
    });
    yield page;
    next = page.metadata?.continue;
  } while (next);
}

export function namespaceOf(session: Session, kind: KindDefinition, flags: { allNamespaces?: boolean }): string | undefined {
  return kind.namespaced && !flags.allNamespaces ? session.namespace : undefined;
}

/** What a watch of it watches. */
export function selectionOf(ref: Ref, { selector, fieldSelector }: GetFlags): { labelSelector?: string; fieldSelector?: string } {
  return { labelSelector: selector, fieldSelector: [fieldSelector, ref.name && `metadata.name=${ref.name}`].filter(Boolean).join(',') || undefined };
}
