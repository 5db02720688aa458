import type { Event, Job, Revision, Service } from '@spawnit/contract';

export interface Moment {
  key: string;
  time: string;
  kind: 'edit' | 'run' | 'event';
  word: string;
  text: string;
  job?: Job;
  warns?: boolean;
}

export interface Sources {
  revisions: readonly Revision[];
  jobs: readonly Job[];
  events: readonly Event[];
}

/** What runs and revisions tell themselves. */
const toldElsewhere = /^(Apply|Plan|Destroy)(Started|Failed|Cancelled|Lost)$|^(Applied|Planned|Assigned)$/;

/** Everything that happened to a service, newest first. Pure. */
export function momentsOf({ metadata: { uid } }: Service, { revisions, jobs, events }: Sources): Moment[] {
  const edits = revisions.map(({ metadata, spec }): Moment => ({ key: `revision/${metadata.name}`, time: metadata.creationTimestamp ?? '', kind: 'edit', word: 'Edit', text: [`Revision ${metadata.name}`, spec.author && `by ${spec.author}`, spec.message].filter(Boolean).join(': ') }));
  const runs = jobs.filter(({ spec }) => spec.serviceUid === uid).map((job): Moment => ({
    key: `job/${job.metadata.name}`,
    time: job.metadata.creationTimestamp ?? '',
    kind: 'run',
    word: job.status?.phase ?? 'Pending',
    text: `${job.spec.type} of generation ${job.spec.generation} (${job.spec.trigger})${job.status?.node ? ` on ${job.status.node}` : ''}`,
    job,
  }));
  const others = events
    .filter(({ involvedObject, reason }) => involvedObject.uid === uid && !toldElsewhere.test(reason))
    .map(({ metadata, reason, message, lastTimestamp, type }): Moment => ({ key: `event/${metadata.name}`, time: lastTimestamp, kind: 'event', word: reason, text: message, warns: type === 'Warning' }));
  return [...edits, ...runs, ...others].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
}
