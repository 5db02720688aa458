import type { FinishRequest, JobError, PlanSummary } from '@spawnit/contract';
import { bounded } from '../errors/causes.js';
import { Redactor } from './redact.js';

type Outcome = Pick<FinishRequest, 'phase' | 'plan' | 'outputs' | 'remaining' | 'error'>;

/*
 * Coded words and digests are ours and hold no secret: one that is a word like them (an environment's `update`) must not make
 * what is told of a run unreadable.
 */

/** Pure. */
export function planWithoutSecrets(redactor: Redactor, { unchanged, ...plan }: PlanSummary): PlanSummary {
  const changes = plan.changes.map((change) => ({ ...redactor.deep(change), action: change.action }));
  return { ...plan, changes, ...(unchanged && { unchanged: redactor.deep(unchanged) }) };
}

/** A mask is longer than a short secret, so the texts are bounded once more. Pure. */
export function errorWithoutSecrets(redactor: Redactor, error: JobError): JobError {
  return bounded({ ...redactor.deep(error), cause: error.cause });
}

/** Pure. */
export function outcomeWithoutSecrets(secrets: readonly string[], { plan, error, outputs, ...outcome }: Outcome): Outcome {
  const redactor = new Redactor(secrets);
  // An address holds a port, and an environment often names the same (`PORT=8080`): masked, it would lead nowhere.
  const inOutputs = new Redactor(secrets.filter((secret) => !isPort(secret)));
  return { ...outcome, ...(plan && { plan: planWithoutSecrets(redactor, plan) }), ...(error && { error: errorWithoutSecrets(redactor, error) }), ...(outputs && { outputs: inOutputs.deep(outputs) }) };
}

function isPort(secret: string): boolean {
  return /^[1-9]\d{1,4}$/.test(secret) && Number(secret) <= 65_535;
}
