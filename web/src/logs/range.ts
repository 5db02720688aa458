/** Lines that an address points to, counted from 1, such as #L120 or #L120-L130. */
export interface LineRange {
  from: number;
  to: number;
}

export function rangeOf(hash: string): LineRange | undefined {
  const [, from, to] = /^#?L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash) ?? [];
  if (from === undefined) return undefined;
  const [a, b] = [Number(from), Number(to ?? from)];
  return { from: Math.max(1, Math.min(a, b)), to: Math.max(a, b) };
}

export function hashOf({ from, to }: LineRange): string {
  return from === to ? `L${from}` : `L${from}-L${to}`;
}
