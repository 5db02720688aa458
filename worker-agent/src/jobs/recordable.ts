import type { FinishRequest, PlanSummary } from '@spawnit/contract';
import { jobError } from '../errors/causes.js';

/** What is told of a run is part of records: a request takes 1 MB, and both of these stand in it. */
const mostPlanBytes = 384 * 1024;
const mostValueBytes = 512 * 1024;

const notShown = { field: '(more)', before: '', after: 'not shown: the plan is too large to be recorded in full' };

/** The plan with as many of its fields as can be recorded; it says where some are left out. Pure. */
export function recordablePlan(plan: PlanSummary): PlanSummary {
  let left = mostPlanBytes - bytesOf({ ...plan, changes: [] });
  const changes = plan.changes.map((change) => {
    left -= bytesOf(change);
    return left >= 0 || change.fields.length === 0 ? change : { ...change, fields: [notShown] };
  });
  return { ...plan, changes };
}

/** A result that can be recorded: what gives back more than that has failed, for nobody could be told what it gave. Pure. */
export function recordable(finish: FinishRequest): FinishRequest {
  const { plan, outputs, inputs, ...rest } = finish;
  const fitting = { ...finish, ...(plan && { plan: recordablePlan(plan) }) };
  const bytes = bytesOf([outputs, inputs]);
  if (bytes <= mostValueBytes) return fitting;
  const error = finish.error ?? jobError('Configuration', `outputs, its own and those that went in, are too large to be recorded: ${bytes} bytes, and at most ${mostValueBytes}`);
  return { ...rest, ...(plan && { plan: fitting.plan }), phase: finish.phase === 'Succeeded' ? 'Failed' : finish.phase, error };
}

/** In place of a result that the server does not take as it is: that the job has ended is told in any case. */
export function untold({ phase, error, remaining, log }: FinishRequest, why: string): FinishRequest {
  const failed = phase === 'Succeeded' ? jobError('Unknown', `what came of it could not be recorded: ${why}`) : error;
  return { phase: phase === 'Succeeded' ? 'Failed' : phase, ...(failed && { error: failed }), remaining, log };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
