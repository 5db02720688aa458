/** The known word nearest to what was typed, for 'did you mean'; undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bound = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase(), bound);
    if (d < bound) [best, bound] = [candidate, d];
  }
  return best ?? begunBy(word, known);
}

/** A word left unfinished (`interval`) means the known one that it begins. */
function begunBy(word: string, known: Iterable<string>): string | undefined {
  const fitting = [...known].filter((candidate) => word.length >= 3 && candidate.toLowerCase().startsWith(word.toLowerCase()));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Levenshtein's distance, given up at `bound`. */
function distance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
