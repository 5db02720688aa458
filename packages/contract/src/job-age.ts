import type { Job } from './kinds/job.js';

/** Older first; of one moment, the one that began under the lower epoch. */
export function byAge(a: Job, b: Job): number {
  const [one, other] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  return (a.status?.epoch ?? 0) - (b.status?.epoch ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1);
}
