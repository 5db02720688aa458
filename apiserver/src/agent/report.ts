import { ApiError, describeIdentity, isTerminal, jobKind, templateKind, type FinishRequest, type Job, type JobStatus, type ProgressRequest, type Template } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import { find, putOp } from '../resources/records.js';
import { releaseLock, type RunIdentity } from '../state/records.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import type { NodeIdentity } from './caller.js';
import { assertCurrent, ownJob, passed, type OwnJob } from './own-job.js';

type Reporter = NodeIdentity | RunIdentity;
interface At {
  namespace: string;
  job: string;
}

/** How far a run is. Throws EpochPassed when it is not its caller's (any more). */
export async function reportProgress(context: ServerContext, by: Reporter, at: At, progress: ProgressRequest): Promise<void> {
  await context.registry.write(describeIdentity(by), (view) => {
    const { job } = running(view, by, at);
    const status: JobStatus = { ...job.status!, ...defined(progress) };
    return { ops: [putOp(jobKind, { ...job, status })], result: undefined };
  });
}

/** How a run ended. A terminal phase is final (promise I7); the same end once more is fine, so that a lost answer is. */
export async function finishJob(context: ServerContext, by: Reporter, at: At, end: FinishRequest): Promise<void> {
  const now = context.now();
  await context.registry.write(describeIdentity(by), (view) => ({ ops: decideFinish(view, by, at, end, now), result: undefined }));
}

/** Pure. */
function decideFinish(view: View, by: Reporter, at: At, end: FinishRequest, now: string): Op[] {
  const own = ownJob(view, by, at);
  const { job } = own;
  const phase = job.status?.phase;
  if (isTerminal(phase) && phase === end.phase) return [];
  if (isTerminal(phase) && phase !== 'Lost') throw new ApiError('Conflict', `job ${at.namespace}/${at.job} is ${phase} already, and that is final`, { kind: 'jobs', name: at.job });
  running(view, by, at);
  const status: JobStatus = { ...job.status, ...defined(end), phase: end.phase, completionTime: now, ...(end.outputs && { outputs: withoutSecrets(view, own, end.outputs) }) };
  return [putOp(jobKind, { ...job, status }), ...releaseLock(view, at.namespace, job.spec.serviceUid, at.job)];
}

function running(view: View, by: Reporter, at: At): OwnJob & { job: Job } {
  const own = ownJob(view, by, at);
  if (own.job.status?.phase !== 'Running') throw passed(at, `it is ${own.job.status?.phase ?? 'Pending'}, not running`);
  assertCurrent(own);
  return own;
}

/** Whatever was sent: the value of a sensitive output never gets into a record. */
function withoutSecrets(view: View, { service }: OwnJob, outputs: NonNullable<FinishRequest['outputs']>): NonNullable<JobStatus['outputs']> {
  const declared = find<Template>(view, templateKind, undefined, service.spec.template)?.spec.outputs ?? {};
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.sensitive || declared[name]?.sensitive ? { sensitive: true } : output]));
}

function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
