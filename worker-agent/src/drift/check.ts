import { errorText, withEither, type CheckOrder, type CheckResult, type RunInputs } from '@spawnit/contract';
import { RunFailure } from '../errors/causes.js';
import type { NodeParts } from '../jobs/parts.js';
import { Run } from '../jobs/run.js';
import type { ServiceLocks } from '../jobs/service-locks.js';
import { leaves, Redactor } from '../logs/redact.js';
import { errorWithoutSecrets } from '../logs/without-secrets.js';
import { fullPlan } from './full-plan.js';
import { unknown, type Judgement } from './judgement.js';
import { readThrough } from './read-through.js';
import type { Slots } from './slots.js';

export interface CheckMeans {
  parts: NodeParts;
  locks: ServiceLocks;
  /** Full plans at once. */
  plans: Slots;
}

/** Says whether a service is as it was declared. Never fails: what can't be found out is Unknown, and says why. */
export async function check({ parts, locks, plans }: CheckMeans, order: CheckOrder, signal: AbortSignal): Promise<CheckResult> {
  const started = performance.now();
  const { inputs } = order;
  const stop = new AbortController();
  const release = locks.takeForCheck(inputs.serviceUid, () => stop.abort());
  const result = release === undefined ? unknown('Busy', 'a job works on the service') : await withEither([signal, stop.signal], (either) => judged(parts, plans, inputs, either)).finally(release);
  return { ...withoutSecrets(result, inputs), epoch: inputs.epoch, generation: inputs.generation, durationMs: Math.round(performance.now() - started) };
}

/** Of one that tells nothing there is nothing to take out. */
function withoutSecrets(judged: Judged, { secret, state }: RunInputs): Judged {
  if (judged.verdict === 'Compliant' && judged.fields.length === 0) return judged;
  const redactor = new Redactor([...leaves(secret), state.password]);
  return { ...judged, fields: redactor.deep(judged.fields), ...(judged.error && { error: errorWithoutSecrets(redactor, judged.error) }) };
}

type Judged = Judgement & Pick<CheckResult, 'by' | 'contradicts'>;

async function judged(parts: NodeParts, plans: Slots, inputs: RunInputs, signal: AbortSignal): Promise<Judged> {
  if (inputs.binding === 'Engine' && !parts.engine.reachable) return unreachable(parts);
  const read = await byReads(parts, inputs);
  if (signal.aborted) return gaveWay();
  if (read !== undefined) return { ...read, by: 'Reads' };
  const release = await plans.take(signal);
  if (release === undefined) return gaveWay();
  return planned(parts, inputs, signal).finally(release);
}

/** Undefined when only a full plan can tell. */
async function byReads({ drift, log }: NodeParts, inputs: RunInputs): Promise<Judgement | undefined> {
  const known = drift?.verdicts.recall(inputs);
  if (drift === undefined || known === undefined) return undefined;
  const before = drift.unanswered;
  try {
    const judgement = await readThrough(drift.pool, drift.asking, known);
    return drift.unanswered === before ? judgement : undefined;
  } catch (error) {
    log.debug({ err: error, service: inputs.service }, 'no check by reads');
    return undefined;
  }
}

async function planned(parts: NodeParts, inputs: RunInputs, signal: AbortSignal): Promise<Judged> {
  const run = await Run.open(parts, inputs, () => undefined);
  const timeout = AbortSignal.timeout(parts.config.times.checkMs);
  // Nothing is lost with a plan that holds no lock, so it is ended by force.
  const end = () => run.kill('Cancelled');
  const either = AbortSignal.any([signal, timeout]);
  either.addEventListener('abort', end);
  if (either.aborted) end();
  const unanswered = () => run.unanswered + (parts.drift?.unanswered ?? 0);
  const before = unanswered();
  try {
    const { judgement, recorded } = await fullPlan(parts, run, inputs);
    // Some providers take what they can't ask about for gone.
    if (inputs.binding === 'Engine' && unanswered() !== before) return unreachable(parts);
    const contradicts = recorded !== undefined && parts.drift?.verdicts.learn(inputs, recorded, judgement);
    if (contradicts) parts.log.error({ service: inputs.service, namespace: inputs.namespace, module: inputs.module, verdict: judgement.verdict }, 'a full plan contradicts what another has said of the same reads: checks of this module are full plans from now on');
    return { ...judgement, by: 'Plan', ...(contradicts && { contradicts }) };
  } catch (error) {
    if (signal.aborted) return gaveWay();
    if (timeout.aborted) return unknown('Timeout', 'the check took too long');
    if (error instanceof RunFailure) return { verdict: 'Unknown', fields: [], error: error.error };
    return unknown('Unknown', errorText(error));
  } finally {
    either.removeEventListener('abort', end);
    await run.close();
  }
}

function unreachable({ config, engine }: NodeParts): Judgement {
  return unknown('EngineUnreachable', `the Docker engine of node ${config.node} does not answer`, engine.problem);
}

function gaveWay(): Judgement {
  return unknown('Busy', 'the check gave way to a job, or the agent stopped');
}
