import { collectionPath, jsonLines, resourcePath, type KindDefinition, type Resource, type ResourceList } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { formatResources, readFormat, type Format } from '../output/format.js';
import { acceptTable, formatTable, type Table } from '../output/table.js';
import { readRefs, type Ref, type Session } from '../session.js';

export interface GetFlags {
  output?: string;
  selector?: string;
  fieldSelector?: string;
  allNamespaces?: boolean;
  watch?: boolean;
  headers: boolean;
}

export async function get(session: Session, words: string[], flags: GetFlags): Promise<void> {
  const format = readFormat(flags.output);
  const refs = words[0] === 'all' ? readRefs(['services,jobs']) : readRefs(words);
  if (flags.watch && refs.length !== 1) throw new CommandError(exits.usage, '--watch takes one kind, or one name');
  if (format !== undefined && format !== 'wide') await printResources(session, refs, flags, format);
  else for (const group of groupByKind(refs)) await printTable(session, group, flags, format === 'wide');
}

function groupByKind(refs: Ref[]): Ref[][] {
  const kinds = [...new Set(refs.map((r) => r.kind))];
  return kinds.map((kind) => refs.filter((r) => r.kind === kind));
}

async function printResources(session: Session, refs: Ref[], flags: GetFlags, format: Exclude<Format, 'wide'>): Promise<void> {
  const items: Resource[] = [];
  for (const ref of refs) {
    if (ref.name) items.push(await session.client.of(ref.kind).get(ref.name, namespaceOf(session, ref.kind, flags)));
    else items.push(...(await listAll(session, ref.kind, flags)).items);
  }
  session.print(formatResources(items, format, refs.length === 1 && refs[0]!.name !== undefined));
  if (flags.watch) await watchResources(session, refs[0]!, flags, format);
}

async function listAll(session: Session, kind: KindDefinition, flags: GetFlags): Promise<ResourceList> {
  return session.client.transport.json({ path: collectionPath(kind, namespaceOf(session, kind, flags)), query: selection(flags), signal: session.signal });
}

async function printTable(session: Session, refs: Ref[], flags: GetFlags, wide: boolean): Promise<void> {
  const { kind } = refs[0]!;
  const style = { wide, namespaces: Boolean(flags.allNamespaces) && kind.namespaced, headers: flags.headers };
  const tables = await Promise.all(refs.map((ref) => fetchTable(session, ref, flags)));
  const table = { ...tables[0]!, rows: tables.flatMap((t) => t.rows) };
  if (table.rows.length === 0 && !flags.watch) {
    session.note(empty(session, kind, flags));
    return;
  }
  const first = formatTable(table, style);
  session.print(first.text);
  if (flags.watch) await watchTable(session, refs[0]!, flags, { ...style, widths: first.widths }, table.metadata?.resourceVersion);
}

function fetchTable(session: Session, ref: Ref, flags: GetFlags): Promise<Table> {
  const namespace = namespaceOf(session, ref.kind, flags);
  const path = ref.name ? resourcePath(ref.kind, ref.name, namespace) : collectionPath(ref.kind, namespace);
  return session.client.transport.json({ path, accept: acceptTable, query: ref.name ? {} : selection(flags), signal: session.signal });
}

function empty(session: Session, kind: KindDefinition, flags: GetFlags): string {
  return kind.namespaced && !flags.allNamespaces ? `No ${kind.plural} found in ${session.namespace} namespace.` : `No ${kind.plural} found.`;
}

async function watchTable(session: Session, ref: Ref, flags: GetFlags, style: Parameters<typeof formatTable>[1], resourceVersion?: string): Promise<void> {
  const body = await session.client.transport.stream({ path: collectionPath(ref.kind, namespaceOf(session, ref.kind, flags)), accept: acceptTable, query: watchQuery(ref, flags, resourceVersion), signal: session.signal });
  for await (const event of jsonLines<{ type: string; object: Table }>(body)) {
    if (event.type === 'BOOKMARK' || !event.object.rows?.length) continue;
    session.print(formatTable({ ...event.object, columnDefinitions: event.object.columnDefinitions ?? [] }, { ...style, headers: false }).text);
  }
}

async function watchResources(session: Session, ref: Ref, flags: GetFlags, format: Exclude<Format, 'wide'>): Promise<void> {
  const resources = session.client.of(ref.kind);
  const fieldSelector = watchQuery(ref, flags).fieldSelector;
  for await (const event of resources.follow({ namespace: namespaceOf(session, ref.kind, flags), labelSelector: flags.selector, fieldSelector, signal: session.signal })) {
    if (event.type !== 'SYNCED') session.print(formatResources([event.object], format, true));
  }
}

function watchQuery(ref: Ref, flags: GetFlags, resourceVersion?: string) {
  const fieldSelector = [flags.fieldSelector, ref.name && `metadata.name=${ref.name}`].filter(Boolean).join(',') || undefined;
  return { watch: true, resourceVersion, labelSelector: flags.selector, fieldSelector };
}

function selection(flags: GetFlags) {
  return { labelSelector: flags.selector, fieldSelector: flags.fieldSelector };
}

function namespaceOf(session: Session, kind: KindDefinition, flags: GetFlags): string | undefined {
  return kind.namespaced && !flags.allNamespaces ? session.namespace : undefined;
}
