import { setTimeout as delay } from 'node:timers/promises';
import { agentPaths, LogAnswer, type ClaimAnswer, type FinishRequest, type PlanSummary } from '@spawnit/contract';
import { jobError, RunFailure } from '../errors/causes.js';
import { leaves, Redactor } from '../logs/redact.js';
import { LogShipper } from '../logs/shipper.js';
import type { NodeParts } from './parts.js';
import { perform } from './perform.js';
import { ProgressSender } from './progress.js';
import { recoverState } from '../state.js';
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
 * when the result is no longer ours to report.
 */
export async function execute(parts: NodeParts, { namespace, job, claim }: Execution, onRun: (run: Run) => void): Promise<SpoolEntry | undefined> {
  const { inputs } = claim;
  const { logMs } = parts.config.times;
  const redactor = new Redactor([...leaves(inputs.secret), inputs.state.password]);
  const log = shipLog(parts, namespace, job, redactor);
  const ahead = inputs.binding === 'Engine' ? await parts.places?.take() : undefined;
  const run = await Run.open(parts, inputs, (text) => log.write(text), ahead);
  onRun(run);
  const progress = new ProgressSender(parts.transport, agentPaths.progress(namespace, job));
  const stages = new Stages(() => progress.send({ stages: stages.list, plan }));
  let plan: PlanSummary | undefined;
  const onPlan = (summary: PlanSummary) => {
    plan = redactor.deep(summary);
    progress.send({ stages: stages.list, plan });
  };
  try {
    // The module may not have marked everything as sensitive that is.
    let state = await handIn(parts, run, claim);
    const outcome = redactor.deep(await attempt(parts, run, () => perform({ parts, run, claim, stages, onPlan, say: (line) => log.line(`[spawnit] ${line}`) })));
    state = (await leftState(parts, claim)) ?? state;
    if (run.ended === 'Revoked') return void (await Promise.all([log.end(0), forgetState(parts, claim)]));
    const finish: FinishRequest = { plan, ...outcome, inputs: inputs.inputs, stages: stages.list };
    return { namespace, job, epoch: inputs.epoch, finish: { ...finish, log: await log.end(run.ended === 'Shutdown' ? Math.min(1_000, logMs) : logMs) }, state };
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
    return { phase: 'Failed', error: jobError('Unknown', error instanceof Error ? error.message : String(error)) };
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

/**
 * What an agent that was killed could not report goes first: the run is to know all that was made. Gives what could not be
 * handed in before the run was ended, which is then reported with its result.
 */
async function handIn(parts: NodeParts, run: Run, claim: ClaimAnswer): Promise<SpoolEntry['state']> {
  const state = await leftState(parts, claim);
  while (state !== undefined && run.ended === undefined) {
    if (await recoverState(state, state.recover, Buffer.from(state.body), parts.transport().options.request)) return forgetState(parts, claim);
    await delay(500);
  }
  return state;
}

/** A state that tofu could not hand in lies in the workdir. It stays there until it is handed in or safe in the spool. */
async function leftState(parts: NodeParts, { inputs }: ClaimAnswer): Promise<SpoolEntry['state']> {
  const body = await parts.workdirs.erroredState(inputs.serviceUid, inputs.root);
  if (body === undefined) return undefined;
  const { address, username, password } = inputs.state;
  return { address, recover: `${address}/recover`, username, password, body };
}

async function forgetState({ workdirs }: NodeParts, { inputs }: ClaimAnswer): Promise<undefined> {
  await workdirs.dropErroredState(inputs.serviceUid, inputs.root);
}
