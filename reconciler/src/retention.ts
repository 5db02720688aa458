import { isTerminal, type Job } from '@spawnit/contract';
import type { Draft } from './draft.js';
import { planAnnotation, requestedPlanName } from './names.js';
import { lastAttempt } from './need.js';
import type { Observed } from './observed.js';

/** Finished jobs kept of each service, besides those that the service still points to. */
const kept = 10;

export function forgetOldJobs(observed: Observed, draft: Draft): void {
  const needed = stillNeeded(observed, draft);
  const finished = observed.jobs.filter((job) => isTerminal(job.status?.phase)).sort(newestFirst);
  for (const job of finished.slice(kept)) if (!needed.has(job.metadata.name)) draft.actions.push({ type: 'deleteJob', job });
}

function stillNeeded({ service, jobs }: Observed, { status }: Draft): Set<string | undefined> {
  const { name, annotations } = service.metadata;
  const requested = requestedPlanName(name, annotations?.[planAnnotation]);
  return new Set([status.activeJob, service.status?.activeJob, status.applied?.job, status.approval?.job, requested, lastAttempt(jobs)?.metadata.name, lastAttempt(jobs, ['Apply', 'Destroy'])?.metadata.name]);
}

function newestFirst(a: Job, b: Job): number {
  const [x, y] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (x !== y) return x < y ? 1 : -1;
  return (b.status?.epoch ?? 0) - (a.status?.epoch ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1);
}
