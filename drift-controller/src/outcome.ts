import { ApiError, errorText, jobUnderWay, Unreachable, type CheckResult } from '@spawnit/contract';

/** Nothing could be told of the service: neither drift nor compliance. */
export interface Unknown {
  verdict: 'Unknown';
  /** CamelCase, for programs. */
  reason: string;
  message: string;
  /** Told at once, and not only when it happens again. */
  certain?: boolean;
}
/** What came of a check. `skipped`: it was not made, and that says nothing of the service; `away`: nor could anything be recorded. */
export type Outcome = { verdict: 'Compliant' | 'Drifted'; result: CheckResult } | Unknown | Skipped;
interface Skipped {
  skipped: string;
  away?: true;
}

/** So many in a row that were not made, over some minutes at least, are no chance: the verdict before them is none any more. */
const mostSkipped = 30;

/** What is to be made of an outcome that is the last of so many that were skipped. Pure. */
export function afterSkips(outcome: Outcome, skips: number): Outcome {
  if (!('skipped' in outcome) || outcome.away || skips < mostSkipped) return outcome;
  return { verdict: 'Unknown', reason: 'CheckFailed', message: `no check could be made for long: ${outcome.skipped}`, certain: true };
}

export function outcomeOf(result: CheckResult): Outcome {
  const { verdict, error } = result;
  if (verdict !== 'Unknown') return { verdict, result };
  if (error?.cause === 'Busy') return { skipped: error.summary };
  const reason = reasons[error?.cause ?? ''] ?? 'CheckFailed';
  return { verdict, reason, message: error ? `${error.summary} ${error.hint}`.trim() : 'the check failed and did not say why' };
}

/** By the causes that agents give. */
const reasons: Record<string, string> = { EngineUnreachable: 'EngineUnreachable', Timeout: 'CheckTimeout' };

/** A refusal by the apiserver. What it can't do for reasons of its own, or while a job is under way, says nothing of the service. */
export function outcomeOfError(error: unknown): Outcome {
  if (ApiError.is(error, 'ServiceUnavailable')) return { verdict: 'Unknown', reason: 'NodeUnreachable', message: error.message };
  if (ApiError.is(error, 'Timeout')) return { verdict: 'Unknown', reason: 'CheckTimeout', message: error.message };
  const isBusy = ApiError.is(error, 'Conflict') && error.details.causes?.some(({ reason }) => reason === jobUnderWay);
  if (!isBusy && ApiError.is(error, 'Conflict', 'InternalError', 'Invalid', 'Forbidden', 'BadRequest')) return { verdict: 'Unknown', reason: 'CheckFailed', message: error.message };
  return { skipped: errorText(error), ...(error instanceof Unreachable && { away: true }) };
}

/** A node that is not ready has been silent for 20 s: there is nothing to wait for. */
export function nodeUnreachable(node: string): Unknown {
  return { verdict: 'Unknown', reason: 'NodeUnreachable', message: `its node "${node}" is not ready, so nothing can be told of it`, certain: true };
}
