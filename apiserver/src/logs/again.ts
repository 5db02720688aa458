import type { Job } from '@spawnit/contract';
import type { JobName, Logs } from './logs.js';

/** Annotation of a job that was begun again: where in its log the present run's begins. */
const logStart = 'spawnit.dev/log-start';

/** A run counts its bytes from 0; the job's log goes on where an earlier run of it was cut off. */
export function logStartOf({ metadata }: Job): number {
  return Number(metadata.annotations?.[logStart] ?? 0);
}

export function withLogStart(job: Job, start: number): Job {
  return { ...job, metadata: { ...job.metadata, annotations: { ...job.metadata.annotations, [logStart]: String(start) } } };
}

/** Says in the log that the run begins again; gives where its own begins. Nothing is said where it had not written yet. */
export async function markNewStart(logs: Logs, name: JobName, job: Job): Promise<number> {
  const end = await logs.end(name);
  return end === logStartOf(job) ? end : logs.append(name, end, Buffer.from('\n[spawnit: the run was cut off here and begins again]\n'));
}
