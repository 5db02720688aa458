import { condition, currentDrift, type Node, type Service } from '@spawnit/contract';
import { firstDue, intervalMs } from './interval.js';
import type { Rates } from './rates.js';

export interface Bounds {
  perNode: number;
  overall: number;
}
/** Most checks only read, in milliseconds. Those that need a plan, a good part of a core, wait for one another at their node. */
export const defaultBounds: Bounds = { perNode: 16, overall: 64 };

/** In place of a node: what is found out without one. */
export const noNode = '';

export interface Situation {
  services: Service[];
  nodes: Node[];
  /** Uid of each service that is being checked → the node that does it, or `noNode`. */
  inFlight: ReadonlyMap<string, string>;
  /** Uid → when its next check is due. Monotonic ms, as all times here. */
  due: ReadonlyMap<string, number>;
  /** Uid → the generation that its last check was begun with. */
  begunWith?: ReadonlyMap<string, number>;
  nowMs: number;
  bounds?: Bounds;
  /** Caps of providers; none without it. */
  rates?: Pick<Rates, 'take'>;
}
export interface Decision {
  /** To be checked now, those due longest first. */
  start: Service[];
  /** Due, but their node does not answer: their verdict is Unknown without asking. */
  unreachable: Service[];
  /** When each active service is due; those that were not active before are spread over their interval. */
  due: Map<string, number>;
  /** When to decide again, if nothing happens before. */
  nextMs?: number;
}

/**
 * Which services are due for a check. A service is never checked beside itself, and once it is due it waits for at most one
 * check of each other service of its node: whoever was just checked is due later than whoever still waits. So with too
 * much to do all intervals stretch alike and nobody starves.
 */
export function decide({ services, nodes, inFlight, due: before, begunWith, nowMs, bounds = defaultBounds, rates }: Situation): Decision {
  const decision: Decision = { start: [], unreachable: [], due: new Map() };
  const waiting: { service: Service; dueMs: number }[] = [];
  for (const service of services.filter(isActive)) {
    const dueMs = isCarried(service, begunWith) ? Math.min(before.get(uidOf(service)) ?? nowMs, nowMs) : dueOf(service, before, nowMs);
    decision.due.set(uidOf(service), dueMs);
    if (inFlight.has(uidOf(service))) continue;
    if (dueMs > nowMs) decision.nextMs = Math.min(dueMs, decision.nextMs ?? Infinity);
    else waiting.push({ service, dueMs });
  }
  const ready = new Set(nodes.filter((node) => condition(node, 'Ready')?.status === 'True').map((node) => node.metadata.name));
  const room = roomLeft(inFlight, bounds);
  for (const { service } of waiting.sort((a, b) => a.dueMs - b.dueMs || (uidOf(a.service) < uidOf(b.service) ? -1 : 1))) {
    const node = service.status!.node!;
    if (!ready.has(node)) decision.unreachable.push(...(room.take(noNode) ? [service] : []));
    else if (room.isFor(node)) {
      const waitMs = rates?.take(service, nowMs) ?? 0;
      if (waitMs > 0) decision.nextMs = Math.min(nowMs + waitMs, decision.nextMs ?? Infinity);
      else if (room.take(node)) decision.start.push(service);
    }
  }
  return decision;
}

/**
 * What was applied is there to be compared with, and nothing is changing it. A change that failed half-way leaves neither
 * the old nor the new: that is told by the failure, not as drift.
 */
export function isActive({ metadata, spec, status = {} }: Service): boolean {
  if (!status.applied || !status.node || status.activeJob || spec.suspend || metadata.deletionTimestamp) return false;
  if (status.phase === 'Failed') return status.applied.generation === metadata.generation;
  return status.phase === 'Ready' || status.phase === 'Drifted' || status.phase === 'Pending';
}

export function uidOf({ metadata: { uid, namespace, name } }: Service): string {
  return uid ?? `${namespace}/${name}`;
}

/** Its verdict was carried over a change of policy, by which it was not judged yet: once that is asked for, it is due as ever. */
function isCarried(service: Service, begunWith?: ReadonlyMap<string, number>): boolean {
  const drift = currentDrift(service);
  return drift !== undefined && drift.generation !== service.metadata.generation && begunWith?.get(uidOf(service)) !== service.metadata.generation;
}

/** Never later than one interval from now, so that a shortened interval counts at once. */
function dueOf(service: Service, before: ReadonlyMap<string, number>, nowMs: number): number {
  const known = before.get(uidOf(service));
  return known === undefined ? firstDue(uidOf(service), intervalMs(service), nowMs) : Math.min(known, nowMs + intervalMs(service));
}

function roomLeft(inFlight: ReadonlyMap<string, string>, { perNode, overall }: Bounds): { isFor(node: string): boolean; take(node: string): boolean } {
  const onNode = new Map<string, number>();
  let all = 0;
  const add = (node: string) => {
    onNode.set(node, (onNode.get(node) ?? 0) + 1);
    all += 1;
  };
  for (const node of inFlight.values()) add(node);
  const isFor = (node: string) => all < overall && (node === noNode || (onNode.get(node) ?? 0) < perNode);
  return {
    isFor,
    take(node) {
      const free = isFor(node);
      if (free) add(node);
      return free;
    },
  };
}
