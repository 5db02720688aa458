import type { JobError } from '@spawnit/contract';

/** What went wrong and what helps, as sentences: a tool's own words seldom end with a full stop. */
export function failureText({ summary, hint }: Pick<JobError, 'summary' | 'hint'>): string {
  const said = summary.trim();
  return `${/[.!?]$/.test(said) ? said : `${said}.`} ${hint ?? ''}`.trim();
}
