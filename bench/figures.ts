/** One row of a report: what was done, and its samples in ms (or another unit that the report names). */
export interface Row {
  name: string;
  samples: number[];
}

export interface Report {
  title: string;
  /** The command that makes it again. */
  command: string;
  /** What was measured and how, in a sentence or two. */
  method: string;
  /** Markdown table or tables. */
  table: string;
  /** Each aim with what came out. */
  aims: string[];
}

/** The p-th percentile (0–1) by the nearest rank. */
export function percentile(samples: number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}

export function median(samples: number[]): number {
  return percentile(samples, 0.5);
}

export function markdownTable(head: string[], rows: (string | number)[][]): string {
  return [head, head.map(() => '-'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function ms(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

export function aim(text: string, value: number, met: boolean, unit = '×'): string {
  return `${met ? '✓' : '✗'} ${text}: ${value.toFixed(2)}${unit}`;
}
