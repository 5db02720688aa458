import { byAge, isTerminal, planAnnotation, type Revision } from '@spawnit/contract';
import type { Draft } from './draft.js';
import { requestedPlanName } from './names.js';
import { endedForGood, lastAttempt } from './need.js';
import type { Observed } from './observed.js';

/** So many finished jobs and revisions are kept of each service, besides those that something still points to. */
export interface Kept {
  jobs: number;
  revisions: number;
}

export const defaultKept: Kept = { jobs: 10, revisions: 20 };

/** So many go at once: the answer is one commit. The rest goes when these are seen to be gone. */
const mostAtOnce = 40;

export function forgetOldJobs(observed: Observed, draft: Draft): void {
  const needed = neededJobs(observed, draft);
  const finished = observed.jobs.filter((job) => isTerminal(job.status?.phase)).sort(byAge).reverse();
  const old = finished.slice((observed.kept ?? defaultKept).jobs).filter((job) => !needed.has(job.metadata.name));
  for (const job of old.slice(0, mostAtOnce)) draft.actions.push({ type: 'deleteJob', job });
}

/** A revision that a job, or what is real now, was made of stays, however old: it is what is checked and destroyed by. */
export function forgetOldRevisions(observed: Observed, draft: Draft): void {
  const { uid } = observed.service.metadata;
  const needed = new Set([...observed.jobs.map(({ spec }) => spec.revision), observed.service.status?.applied?.revision, draft.status.applied?.revision]);
  const mine = observed.revisions.filter(({ spec }) => spec.serviceUid === uid).sort((a, b) => b.spec.generation - a.spec.generation);
  const old = mine.slice((observed.kept ?? defaultKept).revisions).filter(({ metadata }) => !needed.has(metadata.name));
  for (const revision of old.slice(0, mostAtOnce)) draft.actions.push({ type: 'deleteRevision', revision: revision satisfies Revision });
}

function neededJobs({ service, jobs }: Observed, { status }: Draft): Set<string | undefined> {
  const { name, annotations } = service.metadata;
  const requested = requestedPlanName(name, annotations?.[planAnnotation]);
  // What a stall rests on: without it there would be another attempt.
  const hopeless = jobs.filter((job) => endedForGood(job, service)).sort(byAge).at(-1);
  return new Set([hopeless?.metadata.name, status.activeJob, service.status?.activeJob, status.applied?.job, status.approval?.job, requested, lastAttempt(jobs)?.metadata.name, lastAttempt(jobs, ['Apply', 'Destroy'])?.metadata.name]);
}
