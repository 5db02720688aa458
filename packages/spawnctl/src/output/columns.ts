/** Rows as lines, three blanks between columns; `widths` of an earlier part keeps a later one aligned with it. */
export function columns(rows: string[][], widths = widthsOf(rows)): string {
  const line = (row: string[]) => row.map((word, i) => word.padEnd((widths[i] ?? 0) + 3)).join('');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

export function widthsOf(rows: string[][], least: number[] = []): number[] {
  const first = rows[0] ?? [];
  return first.map((_, i) => Math.max(least[i] ?? 0, ...rows.map((row) => row[i]!.length)));
}
