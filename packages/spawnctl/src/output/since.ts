const units = [['d', 86_400], ['h', 3_600], ['m', 60], ['s', 1]] as const;

/** Time since an ISO 8601 timestamp in its two largest units, as kubectl counts ages: 4s, 3m12s, 2h5m, 9d. */
export function since(time: string, now = Date.now()): string {
  let seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0 || parts.length > 0) parts.push(count > 0 ? `${count}${unit}` : '');
  }
  return parts.slice(0, 2).join('') || '0s';
}
