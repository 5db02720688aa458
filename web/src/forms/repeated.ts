/** Which of these rows has a name that a row above it has as well: of each name the last one counts. */
export function repeated(rows: readonly { id: number; key: string }[]): ReadonlySet<number> {
  const names = new Set<string>();
  const found = new Set<number>();
  for (const { id, key } of rows) {
    if (key !== '' && names.has(key)) found.add(id);
    names.add(key);
  }
  return found;
}
