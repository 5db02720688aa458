import type { Job, Service } from '@spawnit/contract';

export interface Stage {
  name: string;
  state: 'done' | 'now' | 'waits' | 'failed';
  /** ms; undefined before it has begun. */
  took?: number;
}

const ended = ['Succeeded', 'Failed', 'Cancelled', 'Lost'];
const expected: Record<Job['spec']['type'], string[]> = { Plan: ['init', 'plan'], Apply: ['init', 'plan', 'apply', 'verify'], Destroy: ['init', 'destroy', 'verify'] };

export function isOver({ status }: Job): boolean {
  return ended.includes(status?.phase ?? '');
}

/** The way of a run from its queue to its end: what was done and how long it took, what is under way, what is still to come. */
export function stagesOf(job: Job, service: Service | null | undefined, now: number): Stage[] {
  const { status, metadata, spec } = job;
  const over = isOver(job);
  const begun = status?.startTime ?? status?.completionTime;
  const queued: Stage = { name: 'queued', state: begun ? 'done' : 'now', took: between(metadata.creationTimestamp ?? undefined, begun, now) };
  const stages = status?.stages ?? [];
  const ran = stages.map(({ name, startTime, endTime }, index): Stage => {
    const failed = over && status?.phase !== 'Succeeded' && index === stages.length - 1;
    return { name, state: failed ? 'failed' : endTime || over ? 'done' : 'now', took: between(startTime, endTime ?? status?.completionTime, now) };
  });
  const way = expected[spec.type];
  const left = way.slice(1 + way.findLastIndex((name) => stages.some((stage) => stage.name === name)));
  const coming = over ? [] : left.map((name): Stage => ({ name, state: 'waits' }));
  return [queued, ...ran, ...coming, ...approvalOf(job, service, now)];
}

function approvalOf({ spec, metadata, status }: Job, service: Service | null | undefined, now: number): Stage[] {
  if (spec.type !== 'Plan' || spec.trigger === 'Requested') return [];
  const approval = service?.status?.approval;
  if (approval?.job !== metadata.name) return status?.phase === 'Succeeded' ? [] : [{ name: 'approve', state: 'waits' }];
  if (approval.approved) return [{ name: `approved by ${approval.by ?? 'somebody'}`, state: 'done' }];
  return approval.rejected === undefined ? [{ name: 'approve', state: 'now', took: between(status?.completionTime, undefined, now) }] : [{ name: `rejected by ${approval.by ?? 'somebody'}`, state: 'failed' }];
}

function between(from: string | undefined, to: string | undefined, now: number): number | undefined {
  return from === undefined ? undefined : Math.max(0, (to === undefined ? now : Date.parse(to)) - Date.parse(from));
}
