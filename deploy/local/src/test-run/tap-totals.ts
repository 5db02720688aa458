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

/** A test file in which something failed, with what it said of it. */
export interface FailedFile {
  name: string;
  /** The asserts that failed, each with the begin of its diagnosis; what merely holds one of them is left out. */
  failures: string[];
}

/** Lines of a diagnosis that are repeated where all ends: enough for the message and the first places of its stack. */
const mostLines = 24;

/** The test files that failed: tap's subtests at the top level. */
export function failedFiles(output: string): FailedFile[] {
  const files: FailedFile[] = [];
  let since = 0;
  const lines = output.split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('# Subtest: ')) since = i;
    const name = /^not ok \d+ - (.*?)(?: # .*)?$/.exec(line)?.[1];
    if (name !== undefined) files.push({ name: name.replace(/ \{$/, ''), failures: failuresIn(lines.slice(since, i)) });
  }
  return files;
}

/** A failed assert ends no subtest: no plan such as `1..4`, one step further in, comes right before it. */
function failuresIn(lines: string[]): string[] {
  const failed = lines.flatMap((line, i) => {
    const indent = /^( +)not ok /.exec(line)?.[1];
    const holder = indent !== undefined && lines.slice(Math.max(0, i - 2), i).some((before) => before.startsWith(`${indent}    1..`));
    return indent === undefined || holder ? [] : [{ i, indent }];
  });
  return failed.map(({ i, indent }) => {
    const end = lines.findIndex((line, j) => j > i && line === `${indent}  ...`);
    const block = lines.slice(i, end === -1 ? i + 1 : end).slice(0, mostLines);
    return block.filter((line) => line.trim() !== '').map((line) => line.slice(indent.length)).join('\n');
  });
}
