import { ApiError, collectionPath, resourcePath, type KindDefinition, type Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { exitOf, explain } from '../failure.js';
import { formatResources, kindName, readFormat, type Format } from '../output/format.js';
import { note, print } from '../output/streams.js';
import { acceptTable, TablePrinter, type Table } from '../output/table.js';
import { readRefs, type Ref } from '../refs.js';
import type { Session } from '../session.js';
import { watchResources, watchTable } from './get-watch.js';

export interface GetFlags {
  output?: string;
  selector?: string;
  fieldSelector?: string;
  allNamespaces?: boolean;
  watch?: boolean;
  headers: boolean;
  ignoreNotFound?: boolean;
}

/** Shows what there is; of several names those that are there, and the first that isn't decides the exit code. */
export async function get(session: Session, words: string[], flags: GetFlags): Promise<void> {
  const format = readFormat(flags.output);
  const refs = readRefs(words);
  const named = refs.some((ref) => ref.name !== undefined);
  if (flags.watch && refs.length !== 1) throw new CommandError(exits.usage, '--watch takes one kind, or one name');
  if (named && flags.allNamespaces) throw new CommandError(exits.usage, 'a name stands in one namespace: leave out -A, or the name');
  if (named && (flags.selector || flags.fieldSelector)) throw new CommandError(exits.usage, 'give names, or a selector: one of them');
  const failed: unknown[] = [];
  const missing = (error: unknown) => {
    if (!ApiError.is(error, 'NotFound') || refs.length === 1) throw error;
    if (!flags.ignoreNotFound) failed.push(error);
    return undefined;
  };
  const show = format === undefined || format === 'wide' ? showTables : showResources;
  await show(session, refs, flags, format, missing).catch((error: unknown) => {
    if (!(flags.ignoreNotFound && ApiError.is(error, 'NotFound'))) throw error;
  });
  for (const error of failed) note(explain(error));
  if (failed.length > 0) throw new CommandError(exitOf(failed[0]), '');
}

type Missing = (error: unknown) => undefined;

async function showResources(session: Session, refs: Ref[], flags: GetFlags, format: Format | undefined, missing: Missing): Promise<void> {
  const items: Resource[] = [];
  let from: string | undefined;
  for (const ref of refs) {
    const resources = session.client.of(ref.kind);
    const namespace = namespaceOf(session, ref.kind, flags);
    const found = await (ref.name ? resources.get(ref.name, namespace) : resources.list({ namespace, labelSelector: flags.selector, fieldSelector: flags.fieldSelector })).catch(missing);
    if (found === undefined) continue;
    from = found.metadata.resourceVersion;
    items.push(...('items' in found ? found.items : [found]));
  }
  const shape = format as Exclude<Format, 'wide'>;
  print(formatResources(items, shape, refs.length === 1 && refs[0]!.name !== undefined));
  if (flags.watch) await watchResources(session, refs[0]!, namespaceOf(session, refs[0]!.kind, flags), flags, shape, from);
}

async function showTables(session: Session, refs: Ref[], flags: GetFlags, format: Format | undefined, missing: Missing): Promise<void> {
  const groups = [...new Set(refs.map((r) => r.kind))].map((kind) => refs.filter((r) => r.kind === kind));
  const texts: string[] = [];
  for (const group of groups) {
    const { kind } = group[0]!;
    const style = { wide: format === 'wide', namespaces: Boolean(flags.allNamespaces) && kind.namespaced, headers: flags.headers, prefix: groups.length > 1 ? `${kindName(kind)}/` : '' };
    const printer = new TablePrinter(style);
    const tables = (await Promise.all(group.map((ref) => fetchTable(session, ref, flags).catch(missing)))).filter((table) => table !== undefined);
    const text = tables[0] ? printer.format({ ...tables[0], rows: tables.flatMap((t) => t.rows ?? []) }) : '';
    if (flags.watch) {
      print(text);
      return watchTable(session, group[0]!, namespaceOf(session, kind, flags), flags, printer, tables[0]?.metadata?.resourceVersion);
    }
    if (text !== '') texts.push(text);
  }
  if (texts.length === 0 && refs.every((ref) => ref.name === undefined)) note(empty(session, refs, flags));
  print(texts.join('\n\n'));
}

function fetchTable(session: Session, ref: Ref, flags: GetFlags): Promise<Table> {
  const namespace = namespaceOf(session, ref.kind, flags);
  const path = ref.name ? resourcePath(ref.kind, ref.name, namespace) : collectionPath(ref.kind, namespace);
  return session.client.transport.json({ path, accept: acceptTable, query: ref.name ? {} : { labelSelector: flags.selector, fieldSelector: flags.fieldSelector } });
}

function empty(session: Session, refs: Ref[], flags: GetFlags): string {
  const what = `No ${refs.map(({ kind }) => kind.plural).join(' and no ')} found`;
  const chosen = flags.selector || flags.fieldSelector ? ' that match' : '';
  return refs.some(({ kind }) => kind.namespaced) && !flags.allNamespaces ? `${what}${chosen} in namespace "${session.namespace}".` : `${what}${chosen}.`;
}

function namespaceOf(session: Session, kind: KindDefinition, flags: GetFlags): string | undefined {
  return kind.namespaced && !flags.allNamespaces ? session.namespace : undefined;
}
