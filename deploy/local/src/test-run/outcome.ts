import { failedFiles, tapTotals, type FailedFile } from './tap-totals.js';

/** What one stage of the run came to. */
export interface Outcome {
  name: string;
  passed: number;
  failed: number;
  skipped?: number;
  files?: FailedFile[];
}

/** The last lines of the run, with what failed once more, for a log is often kept by its end alone; the very last is `N passed, N failed`. */
export function closing(outcomes: Outcome[], skip: Set<string>): string {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const skipped = sum((outcome) => outcome.skipped ?? 0);
  const lines = [
    ...outcomes.filter(({ failed }) => failed > 0).flatMap(failureLines),
    ...(skip.size > 0 ? [`left out by SPAWNIT_TEST_SKIP: ${[...skip].join(', ')}`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`,
  ];
  return `\n${lines.join('\n')}\n`;
}

function failureLines({ name, failed, files = [] }: Outcome): string[] {
  return [...files.flatMap(told), `✗ ${name}: ${failed} failed`, ...files.map((file) => `    ${file.name}`)];
}

function told({ name, failures }: FailedFile): string[] {
  return [`✗ ${name}`, ...failures.flatMap((failure) => failure.split('\n')).map((line) => `    ${line}`), ''];
}

/** A run that broke off, or that tap calls failed for whatever reason, has failed. */
export function testOutcome(succeeded: boolean, output: string): Outcome {
  const { passed = 0, failed = 0, skipped = 0 } = tapTotals(output) ?? {};
  const something = passed + failed + skipped > 0;
  return { name: 'tests', passed, failed: succeeded && something ? failed : Math.max(1, failed), skipped, files: failedFiles(output) };
}
