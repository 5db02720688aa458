import type { KindDefinition } from '@spawnit/contract';
import { kindName } from '../output/format.js';
import { orderBy } from '../output/order.js';
import { note, print } from '../output/streams.js';
import { TablePrinter, type Table } from '../output/table.js';
import type { Ref } from '../refs.js';
import type { Session } from '../session.js';
import { namespaceOf, selectionOf, tablesOf, type GetFlags, type Missing } from './get-pages.js';
import { watchTable } from './get-watch.js';

/** A table for each kind; a long one is printed page by page, as it comes. */
export async function showTables(session: Session, refs: Ref[], flags: GetFlags, wide: boolean, missing: Missing): Promise<void> {
  const kinds = [...new Set(refs.map((ref) => ref.kind))];
  let shown = 0;
  for (const kind of kinds) {
    const printer = new TablePrinter({
      wide,
      namespaces: Boolean(flags.allNamespaces) && kind.namespaced,
      labels: flags.showLabels ?? false,
      labelColumns: flags.labelColumns?.split(',').filter((key) => key !== '') ?? [],
      headers: flags.headers,
      prefix: kinds.length > 1 ? `${kindName(kind)}/` : '',
    });
    const { rows, resourceVersion } = await showKind(session, refs.filter((ref) => ref.kind === kind), flags, printer, missing, shown > 0);
    shown += rows;
    if (flags.watch) return watchTable(session, kind, namespaceOf(session, kind, flags), selectionOf(refs[0]!, flags), printer, resourceVersion);
  }
  if (shown === 0 && refs.every((ref) => ref.name === undefined)) note(empty(session, kinds, flags));
}

async function showKind(session: Session, refs: Ref[], flags: GetFlags, printer: TablePrinter, missing: Missing, follows: boolean): Promise<{ rows: number; resourceVersion?: string }> {
  const whole = Boolean(flags.sortBy) || refs.length > 1;
  const kept: Table[] = [];
  let rows = 0;
  let resourceVersion: string | undefined;
  const show = (table: Table) => {
    const text = printer.format(table);
    if (text !== '') print(rows === 0 && follows ? `\n${text}` : text);
    rows += table.rows?.length ?? 0;
  };
  for (const ref of refs) {
    try {
      for await (const table of tablesOf(session, ref, flags)) {
        resourceVersion ??= table.metadata?.resourceVersion;
        if (whole) kept.push(table);
        else show(table);
      }
    } catch (error) {
      missing(error);
    }
  }
  if (kept[0]) show({ ...kept[0], rows: ordered(kept.flatMap((table) => table.rows ?? []), flags.sortBy) });
  return { rows, resourceVersion };
}

function ordered(rows: NonNullable<Table['rows']>, sortBy: string | undefined): NonNullable<Table['rows']> {
  return sortBy ? orderBy(sortBy, rows, ({ object }) => object) : rows;
}

function empty(session: Session, kinds: KindDefinition[], flags: GetFlags): string {
  const what = `No ${kinds.map(({ plural }) => plural).join(' and no ')} found`;
  const chosen = flags.selector || flags.fieldSelector ? ' that match' : '';
  return kinds.some(({ namespaced }) => namespaced) && !flags.allNamespaces ? `${what}${chosen} in namespace "${session.namespace}".` : `${what}${chosen}.`;
}
