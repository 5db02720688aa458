import { join } from 'node:path';
import type { CheckOrder, CheckResult, JobCause } from '@spawnit/contract';
import { jobError, RunFailure } from '../errors/causes.js';
import type { NodeParts } from '../jobs/parts.js';
import { Run } from '../jobs/run.js';
import type { ServiceLocks } from '../jobs/service-locks.js';
import { Workspace } from '../jobs/workspace.js';
import { leaves, Redactor } from '../logs/redact.js';
import { judge } from '../plan/drift.js';

/** Plans a service as it stands and judges. Never fails: what can't be found out is Unknown, and says why. */
export async function check(parts: NodeParts, locks: ServiceLocks, order: CheckOrder, signal: AbortSignal): Promise<CheckResult> {
  const started = performance.now();
  const { inputs } = order;
  const redactor = new Redactor([...leaves(inputs.secret), inputs.state.password]);
  const stop = new AbortController();
  const release = locks.takeForCheck(inputs.serviceUid, () => stop.abort());
  const result = release === undefined ? unknown('Busy', 'a job works on the service') : await judged(parts, order, AbortSignal.any([signal, stop.signal])).finally(release);
  return { ...redactor.deep(result), epoch: inputs.epoch, generation: inputs.generation, durationMs: Math.round(performance.now() - started) };
}

type Judgement = Pick<CheckResult, 'verdict' | 'fields' | 'error'>;

async function judged(parts: NodeParts, { inputs }: CheckOrder, signal: AbortSignal): Promise<Judgement> {
  if (inputs.binding === 'Engine' && !parts.engine.reachable) return unknown('EngineUnreachable', `the Docker engine of node ${parts.config.node} does not answer`, parts.engine.problem);
  const run = await Run.open(parts, inputs, () => undefined);
  const timeout = AbortSignal.timeout(parts.config.times.checkMs);
  // Nothing is lost with a plan that holds no lock, so it is ended by force.
  const end = () => run.kill('Cancelled');
  const either = AbortSignal.any([signal, timeout]);
  either.addEventListener('abort', end);
  if (either.aborted) end();
  try {
    const workspace = await Workspace.open(parts, run, inputs, (init) => init());
    const file = join(run.folder.path, 'plan');
    const exit = await workspace.tofu(['plan', '-lock=false', '-detailed-exitcode', `-out=${file}`, '-input=false', '-no-color'], [0, 2]);
    return exit.code === 0 ? { verdict: 'Compliant', fields: [] } : judge(await workspace.show(file), true, inputs.ignoreFields);
  } catch (error) {
    if (signal.aborted) return unknown('Busy', 'the check gave way to a job, or the agent stopped');
    if (timeout.aborted) return unknown('Timeout', 'the check took too long');
    if (error instanceof RunFailure) return { verdict: 'Unknown', fields: [], error: error.error };
    return unknown('Unknown', error instanceof Error ? error.message : String(error));
  } finally {
    either.removeEventListener('abort', end);
    await run.close();
  }
}

function unknown(cause: JobCause, summary: string, detail?: string): Judgement {
  return { verdict: 'Unknown', fields: [], error: jobError(cause, summary, detail) };
}
