/** What a whole tap run came to, in asserts. */
export interface TapTotals {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * The totals of a run, from tap's own count: the last comment at the top level,
 * such as `# { total: 9, pass: 7, fail: 1, skip: 1 }`. Undefined when there is
 * none, as of a run that broke off.
 */
export function tapTotals(output: string): TapTotals | undefined {
  const counts = [...output.matchAll(/^# (\{ total: .*\})$/gm)].at(-1)?.[1];
  if (counts === undefined) return undefined;
  const count = (name: string) => Number(counts.match(new RegExp(`\\b${name}: (\\d+)`))?.[1] ?? 0);
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip') + count('todo') };
}

/** The test files that failed: tap's subtests at the top level. */
export function failedFiles(output: string): string[] {
  return [...output.matchAll(/^not ok \d+ - (.*?)(?: # .*)?$/gm)].map(([, name]) => name!.replace(/ \{$/, ''));
}
