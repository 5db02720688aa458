import { agentPaths, errorText, LogAnswer, type ClaimAnswer, type FinishRequest, type PlanSummary } from '@spawnit/contract';
import { jobError, RunFailure } from '../errors/causes.js';
import { leaves, Redactor } from '../logs/redact.js';
import { LogShipper } from '../logs/shipper.js';
import { outcomeWithoutSecrets, planWithoutSecrets } from '../logs/without-secrets.js';
import { handIn, leftState } from './left-state.js';
import type { NodeParts } from './parts.js';
import { perform } from './perform.js';
import { ProgressSender } from './progress.js';
import { recordable, recordablePlan } from './recordable.js';
import { isFinal } from './reporter.js';
import { Run } from './run.js';
import type { SpoolEntry } from './spool.js';
import { Stages } from './stages.js';

export interface Execution {
  namespace: string;
  job: string;
  claim: ClaimAnswer;
}

/**
 * Runs a claimed job to its end. `onRun` is given the run, to stop it by. Resolves with what is to be reported; with nothing
 * when the result is no longer ours to report, but for a state that was not handed in: it is kept as evidence.
 */
export async function execute(parts: NodeParts, { namespace, job, claim }: Execution, onRun: (run: Run) => void): Promise<SpoolEntry | undefined> {
  const { inputs } = claim;
  const { logMs } = parts.config.times;
  const secrets = [...leaves(inputs.secret), inputs.state.password];
  const redactor = new Redactor(secrets);
  const log = shipLog(parts, namespace, job, redactor);
  const ahead = inputs.binding === 'Engine' ? await parts.places?.take() : undefined;
  const run = await Run.open(parts, inputs, (text) => log.write(text), ahead);
  onRun(run);
  const progress = new ProgressSender(parts.transport, agentPaths.progress(namespace, job));
  const stages = new Stages(() => progress.send({ stages: stages.list, plan }));
  let plan: PlanSummary | undefined;
  const onPlan = (summary: PlanSummary) => {
    plan = recordablePlan(planWithoutSecrets(redactor, summary));
    progress.send({ stages: stages.list, plan });
  };
  try {
    // The module may not have marked everything as sensitive that is.
    const { claim: known, left } = await handIn(parts, run, claim);
    const outcome = outcomeWithoutSecrets(secrets, await attempt(parts, run, () => perform({ parts, run, claim: known, stages, onPlan, say: (line) => log.line(`[spawnit] ${line}`) })));
    const state = (await leftState(parts, claim)) ?? left;
    if (run.ended === 'Revoked') {
      await log.end(0);
      return state && { namespace, job, epoch: inputs.epoch, state };
    }
    if (run.brokenOff) log.line('[spawnit] an apply of this job was ended by force: what its provider was making then may be in no state');
    const finish: FinishRequest = { plan, ...outcome, inputs: inputs.inputs, stages: stages.list, ...(run.brokenOff && { brokenOff: true }) };
    return { namespace, job, epoch: inputs.epoch, finish: { ...recordable(finish), log: await log.end(run.ended === 'Shutdown' ? Math.min(1_000, logMs) : logMs) }, state };
  } finally {
    progress.end();
    await run.close();
    if (run.kinds.length > 0) void parts.places?.prepare(run.kinds);
  }
}

type Outcome = Pick<FinishRequest, 'phase' | 'plan' | 'outputs' | 'remaining' | 'error'>;

async function attempt(parts: NodeParts, run: Run, work: () => ReturnType<typeof perform>): Promise<Outcome> {
  try {
    return { phase: 'Succeeded', ...withoutUndefined(await work()) };
  } catch (error) {
    if (run.ended === 'Cancelled') return { phase: 'Cancelled', error: jobError('Cancelled', 'the job was cancelled') };
    if (run.ended === 'LeaseLost') return { phase: 'Failed', error: jobError('LeaseLost', 'the run was stopped, for the node could not renew its lease') };
    if (run.ended === 'Shutdown') return { phase: 'Failed', error: jobError('LeaseLost', 'the agent was stopped while this ran') };
    if (error instanceof RunFailure) return { phase: 'Failed', error: error.error };
    parts.log.error({ err: error }, 'a job failed unexpectedly');
    return { phase: 'Failed', error: jobError('Unknown', errorText(error)) };
  }
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

function shipLog(parts: NodeParts, namespace: string, job: string, redactor: Redactor): LogShipper {
  const send = async (offset: number, body: Buffer, signal: AbortSignal) => {
    const answer = await parts.transport().json({ method: 'POST', path: agentPaths.log(namespace, job), query: { offset }, body, contentType: 'text/plain', signal });
    return LogAnswer.parse(answer).bytes;
  };
  return new LogShipper({ send, redactor, isFinal, load: parts.load });
}
