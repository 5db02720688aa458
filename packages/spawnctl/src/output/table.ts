/** Kubernetes' Table, as the apiserver gives it for `as=Table`. */
export interface Table {
  columnDefinitions: { name: string; priority: number }[];
  rows: { cells: unknown[]; object?: { kind?: string; metadata?: { name?: string; namespace?: string; resourceVersion?: string } } }[];
  metadata?: { resourceVersion?: string; continue?: string };
}

export const acceptTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

export interface TableStyle {
  wide: boolean;
  namespaces: boolean;
  headers: boolean;
  /** Widths of an earlier part of the same table, so that a watch stays aligned. */
  widths?: number[];
}

/** Lines of a table with three blanks between columns, as kubectl prints it. */
export function formatTable(table: Table, style: TableStyle): { text: string; widths: number[] } {
  const shown = table.columnDefinitions.map((c, i) => ({ ...c, i })).filter((c) => style.wide || c.priority === 0);
  const head = [...(style.namespaces ? ['NAMESPACE'] : []), ...shown.map((c) => c.name.toUpperCase())];
  const rows = table.rows.map((row) => [...(style.namespaces ? [row.object?.metadata?.namespace ?? ''] : []), ...shown.map((c) => cell(row.cells[c.i]))]);
  const all = style.headers ? [head, ...rows] : rows;
  const widths = head.map((word, i) => Math.max(style.widths?.[i] ?? word.length, ...all.map((row) => row[i]!.length)));
  const line = (row: string[]) => row.map((word, i) => (i === row.length - 1 ? word : word.padEnd(widths[i]! + 3))).join('');
  return { text: all.map((row) => line(row).trimEnd()).join('\n'), widths };
}

function cell(value: unknown): string {
  if (value === undefined || value === null || value === '') return '<none>';
  return Array.isArray(value) ? value.join(',') : String(value).replaceAll('\n', ' ');
}
