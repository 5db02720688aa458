import type { CommitRequest, Condition, Job, Node, Service, ServiceStatus } from '@spawnit/contract';
import { withCondition } from '@spawnit/contract';

export type Op = CommitRequest['ops'][number];
/** Ops that belong in one commit. */
export type OpGroup = Op[];
const maxOpsPerCommit = 100;

/** Writes the status over the very version that was read: if it has changed since, the whole commit is refused. */
export function statusOp<R extends Service | Job | Node>(object: R, status: NonNullable<R['status']>): Op {
  const { apiVersion, kind, metadata } = object;
  return { verb: 'updateStatus', object: { apiVersion, kind, metadata, spec: object.spec, status } };
}

export function scheduled(service: Service, condition: Omit<Condition, 'type' | 'lastTransitionTime' | 'observedGeneration'>, now: string): ServiceStatus['conditions'] {
  return withCondition(service.status?.conditions, { type: 'Scheduled', ...condition }, now);
}

/** Fills commits with whole groups, in order. */
export function chunked(groups: OpGroup[], max = maxOpsPerCommit): Op[][] {
  const chunks: Op[][] = [];
  for (const group of groups) {
    const last = chunks.at(-1);
    if (last && last.length + group.length <= max) last.push(...group);
    else chunks.push([...group]);
  }
  return chunks;
}
