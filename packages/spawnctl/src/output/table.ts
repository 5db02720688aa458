import { columns, widthsOf } from './columns.js';

/** Kubernetes' Table, as the apiserver gives it for `as=Table`. */
export interface Table {
  columnDefinitions: { name: string; priority: number }[] | null;
  rows: { cells: unknown[]; object?: { kind?: string; metadata?: { name?: string; namespace?: string; labels?: Record<string, string>; resourceVersion?: string } } }[] | null;
  metadata?: { resourceVersion?: string; continue?: string };
}

export const acceptTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

export interface TableStyle {
  wide: boolean;
  namespaces: boolean;
  /** As the last column. */
  labels: boolean;
  /** Labels that have a column each, before that of all. */
  labelColumns: string[];
  headers: boolean;
  /** Put before each name, when several kinds are shown: `service.spawnit.dev/`. */
  prefix: string;
}

/** Prints tables of one kind one after another: one line of column names, and columns that stay aligned as far as that goes. */
export class TablePrinter {
  private head: string[] | undefined;
  private shown: number[] = [];
  private widths: number[] = [];
  constructor(private readonly style: TableStyle) {}

  /** The lines; '' while there are no rows. */
  format(table: Table): string {
    const rows = table.rows ?? [];
    if (rows.length === 0) return '';
    const first = this.head === undefined;
    this.head ??= this.readHead(table);
    const lines = rows.map((row) => this.line(row));
    const all = first && this.style.headers ? [this.head, ...lines] : lines;
    this.widths = widthsOf([this.style.headers ? this.head : lines[0]!, ...lines], this.widths);
    return columns(all, this.widths);
  }

  private readHead({ columnDefinitions }: Table): string[] {
    const all = columnDefinitions ?? [];
    this.shown = [...all.keys()].filter((i) => this.style.wide || all[i]!.priority === 0);
    return [...(this.style.namespaces ? ['NAMESPACE'] : []), ...this.shown.map((i) => all[i]!.name.toUpperCase()), ...this.style.labelColumns.map((key) => key.split('/').at(-1)!.toUpperCase()), ...(this.style.labels ? ['LABELS'] : [])];
  }

  private line({ cells, object }: NonNullable<Table['rows']>[number]): string[] {
    const texts = this.shown.map((i) => (i === 0 ? this.style.prefix : '') + cell(cells[i]));
    return [...(this.style.namespaces ? [object?.metadata?.namespace ?? ''] : []), ...texts, ...this.style.labelColumns.map((key) => object?.metadata?.labels?.[key] ?? ''), ...(this.style.labels ? [labelsOf(object?.metadata?.labels)] : [])];
  }
}

function labelsOf(labels: Record<string, string> = {}): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',') || '<none>';
}

function cell(value: unknown): string {
  if (value === undefined || value === null || value === '') return '<none>';
  return (Array.isArray(value) ? value.join(',') : String(value)).replace(/\s*\n\s*/g, ' ');
}
