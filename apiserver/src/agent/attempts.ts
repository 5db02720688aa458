import { ApiError, type ClaimRequest, type Job } from '@spawnit/contract';
import type { z } from 'zod';

/** Annotation of a job that was claimed: by which claim of which session its present run has begun. */
const claimedBy = 'spawnit.dev/claimed-by';

type Claiming = Pick<z.infer<typeof ClaimRequest>, 'session' | 'attempt'>;

export function withAttempt(job: Job, { session, attempt }: Claiming): Job {
  if (attempt === undefined) return job;
  return { ...job, metadata: { ...job.metadata, annotations: { ...job.metadata.annotations, [claimedBy]: `${session}/${attempt}` } } };
}

/** The present run may have begun with the answer to this very claim. */
export function isSameAttempt(job: Job, { session, attempt }: Claiming): boolean {
  return attempt !== undefined && lastOf(job, session) === attempt;
}

/** Throws Conflict for a claim from before the one that the present run has begun with: whoever sent it waits for no answer any more. */
export function mustFollow(job: Job, { session, attempt }: Claiming): void {
  const last = lastOf(job, session);
  if (attempt === undefined || last === undefined || attempt > last) return;
  throw new ApiError('Conflict', `job ${job.metadata.namespace}/${job.metadata.name}: claim ${attempt} of this agent comes after claim ${last}, which was answered`, { kind: 'jobs', name: job.metadata.name });
}

function lastOf({ metadata }: Job, session: string): number | undefined {
  const said = metadata.annotations?.[claimedBy];
  return said?.startsWith(`${session}/`) ? Number(said.slice(session.length + 1)) : undefined;
}
