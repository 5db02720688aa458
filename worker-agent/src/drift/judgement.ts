import type { CheckResult, JobCause } from '@spawnit/contract';
import { jobError } from '../errors/causes.js';

/** What a check says of a service. */
export type Judgement = Pick<CheckResult, 'verdict' | 'fields' | 'error'>;

export function unknown(cause: JobCause, summary: string, detail?: string): Judgement {
  return { verdict: 'Unknown', fields: [], error: jobError(cause, summary, detail) };
}
