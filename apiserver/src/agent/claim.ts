import { ApiError, condition, describeIdentity, jobKind, restartAnnotation, type ClaimAnswer, type ClaimRequest, type Job, type Node, type JobError } from '@spawnit/contract';
import type { z } from 'zod';
import type { ServerContext } from '../context.js';
import { find, putOp } from '../resources/records.js';
import { releaseLock, type RunIdentity } from '../state/records.js';
import { logStartOf, markNewStart, withLogStart } from '../logs/again.js';
import { cameBack } from '../restore/record.js';
import type { Logs } from '../logs/logs.js';
import type { States } from '../state/states.js';
import type { Envelopes } from '../secrets/envelope.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import type { NodeIdentity } from './caller.js';
import { clusterId } from './cluster.js';
import { isSameAttempt, mustFollow, withAttempt } from './attempts.js';
import { assertCurrent, ownJob, passed, type OwnJob } from './own-job.js';
import { ownNode } from './own-node.js';
import { runInputs } from './run-inputs.js';
import { stateAddress } from './state-address.js';

export interface Claim {
  node: NodeIdentity;
  at: { namespace: string; job: string };
  request: z.infer<typeof ClaimRequest>;
  /** Where this very agent reaches this server. */
  server: string;
}

interface Claimed extends OwnJob {
  /** To this very claim, so that its run may be going on. */
  answered?: boolean;
}

/** A run's token outlives any run; what ends it is the job's end or a new epoch. */
const tokenSeconds = 7 * 86_400;

/**
 * Gives a job to the node it was assigned to. It is given again to that node as long as it runs: the answer may have
 * been lost, or the agent started anew, which ended its tofu and gives up the lock it held. A claim that arrives a second
 * time, or when a later one was answered, changes nothing. Throws EpochPassed, Conflict.
 */
export async function claimJob(context: ServerContext, parts: { states: States; envelopes: Envelopes; logs: Logs }, claim: Claim): Promise<ClaimAnswer> {
  const author = describeIdentity(claim.node);
  const before = begun(context.registry.view, claim);
  const logStart = before ? await markNewStart(parts.logs, claim.at, before) : 0;
  const { result } = await context.registry.write(author, (view) => decideClaim(view, claim, { now: context.now(), logStart }));
  if (result instanceof ApiError) throw result;
  const { job, service } = result;
  try {
    const { type, approvedPlan, restart } = job.spec;
    const state = stateAccess(context, claim, result);
    const inputs = await runInputs(parts.states, parts.envelopes, { cluster: clusterId(context), view: context.registry.view, service, revision: job.spec.revision, type, epoch: claim.request.epoch, state });
    const planKey = context.keys.derive(`plan digests of ${job.spec.serviceUid}`).toString('base64');
    return { type, planKey, ...(approvedPlan !== undefined && { approvedPlan }), ...(restart && { restart, restartOrder: restartOrder(context.registry.view, result.job) }), inputs };
  } catch (error) {
    if (ApiError.is(error, 'Conflict') && !result.answered) await failJob(context, claim, error.message);
    throw error;
  }
}

/** Unlike any other of the service, also of another life of this cluster: a backup may name an order that is given once more. */
function restartOrder(view: View, { metadata }: Job): string | undefined {
  const order = metadata.annotations?.[restartAnnotation];
  return order && `${order}@${cameBack(view)?.epochRise ?? 0}`;
}

/** Pure. Sets the job Running; an error as the result when it may not be, so that a cancelled one is ended in the same commit. */
function decideClaim(view: View, { node, at, request }: Pick<Claim, 'node' | 'at' | 'request'>, { now, logStart }: { now: string; logStart: number }): { ops: Op[]; result: Claimed | ApiError } {
  const own = ownJob(view, node, at);
  const { job } = own;
  const phase = job.status?.phase ?? 'Pending';
  if (job.status?.epoch !== request.epoch) throw passed(at, `it is at epoch ${job.status?.epoch}, and the claim at ${request.epoch}`);
  assertCurrent(own);
  const itsNode = ownNode(view, node);
  if (itsNode.status?.session !== request.session) throw new ApiError('ServiceUnavailable', `node ${node.name}: session ${request.session} has sent no heartbeat, or another agent has taken its place`, { retryAfterSeconds: 1 });
  assertNotLost(itsNode);
  if (phase === 'Running') return beginAgain(view, own, request, logStart);
  if (phase !== 'Assigned') throw passed(at, `it is ${phase}, and only an assigned job can be claimed`);
  if (job.spec.cancel) {
    const cancelled = { ...job, status: { ...job.status, phase: 'Cancelled', completionTime: now } };
    return { ops: [putOp(jobKind, cancelled)], result: new ApiError('Conflict', `job ${at.namespace}/${at.job} was cancelled before it began`) };
  }
  const running: Job = withAttempt({ ...job, status: { ...job.status, phase: 'Running', startTime: now } }, request);
  return { ops: [putOp(jobKind, running)], result: { ...own, job: running } };
}

/** A node that was called lost begins nothing, though it is heard again, until the scheduler has taken all its work and called it Ready. */
function assertNotLost(node: Node): void {
  if (condition(node, 'Ready')?.status !== 'False') return;
  throw new ApiError('ServiceUnavailable', `node ${node.metadata.name} was lost: its work is taken from it before it is given any`, { retryAfterSeconds: 1 });
}

/** The job, if this agent may claim it and another run of it begins by that. */
function begun(view: View, claim: Claim): Job | undefined {
  try {
    const { result } = decideClaim(view, claim, { now: '', logStart: 0 });
    const job = find<Job>(view, jobKind, claim.at.namespace, claim.at.job);
    return result instanceof ApiError || job?.status?.phase !== 'Running' || isSameAttempt(job, claim.request) ? undefined : job;
  } catch {
    return undefined; // It is refused below, from a view that is up to date.
  }
}

function beginAgain(view: View, own: OwnJob, request: Claim['request'], logStart: number): { ops: Op[]; result: Claimed } {
  const { job } = own;
  if (isSameAttempt(job, request)) return { ops: [], result: { ...own, answered: true } };
  mustFollow(job, request);
  const { namespace = '', name } = job.metadata;
  const again = withAttempt(logStart > logStartOf(job) ? withLogStart(job, logStart) : job, request);
  return { ops: [...(again === job ? [] : [putOp(jobKind, again)]), ...releaseLock(view, namespace, job.spec.serviceUid, name)], result: own };
}

function stateAccess(context: ServerContext, { at, server, request }: Claim, { job, service, node }: OwnJob): { address: string; username: string; password: string } {
  const run: RunIdentity = { role: 'run', name: at.job, node, namespace: at.namespace, service: service.metadata.name, serviceUid: job.spec.serviceUid, epoch: request.epoch, job: at.job, write: true };
  return { address: stateAddress(server, run), username: at.job, password: context.tokens.mint(run, tokenSeconds) };
}

/** What can't be run for want of something else's output ends at once, with the reason, and is tried again later. */
async function failJob(context: ServerContext, { node, at }: Claim, why: string): Promise<void> {
  await context.registry.write('apiserver', (view) => {
    const { job } = ownJob(view, node, at);
    if (job.status?.phase !== 'Running') return { ops: [], result: undefined };
    const error: JobError = { summary: why, cause: 'Configuration', hint: 'See to the service that this one takes its value from; it is tried again by itself.', retryable: true };
    const failed: Job = { ...job, status: { ...job.status, phase: 'Failed', completionTime: context.now(), error } };
    return { ops: [putOp(jobKind, failed), ...releaseLock(view, at.namespace, job.spec.serviceUid, at.job)], result: undefined };
  });
}
