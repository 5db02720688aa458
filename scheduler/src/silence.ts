import { condition, lease, type Node } from '@spawnit/contract';
import { isReady } from './node-facts.js';

export interface Verdicts {
  /** Ready by their record, but silent for too long. */
  lost: Node[];
  /** Not (yet) Ready by their record, but heard of lately. */
  back: Node[];
  /** Since when (`nowMs`) a Ready node has shown no heartbeat at all; to be given to the next judgement. */
  unheardSince: Map<string, number>;
}

/** A returning node must have been heard of within two heartbeats, so that one on the edge of silence does not flap. Having joined (counter 0) is not enough: only a heartbeat says what it can do. */
const backSeconds = 2 * lease.heartbeatSeconds;

/**
 * Which nodes have fallen silent and which are back. Ages are the apiserver's, by its monotonic clock; it checks them
 * again within the commit that calls a node lost. `nowMs` is monotonic too, and only counts for nodes that the
 * apiserver has not heard of since its own start.
 */
export function judgeNodes(nodes: Node[], unheardBefore: ReadonlyMap<string, number>, nowMs: number): Verdicts {
  const verdicts: Verdicts = { lost: [], back: [], unheardSince: new Map() };
  for (const node of nodes) {
    const { heartbeat } = node.status ?? {};
    if (isReady(node)) {
      if (!heartbeat) verdicts.unheardSince.set(node.metadata.name, unheardBefore.get(node.metadata.name) ?? nowMs);
      if (silentSeconds(node, verdicts.unheardSince, nowMs) >= lease.silenceSeconds) verdicts.lost.push(node);
    } else if (heartbeat && heartbeat.counter > 0 && heartbeat.ageSeconds <= backSeconds) verdicts.back.push(node);
  }
  return verdicts;
}

function silentSeconds(node: Node, unheardSince: ReadonlyMap<string, number>, nowMs: number): number {
  const since = unheardSince.get(node.metadata.name);
  return node.status?.heartbeat?.ageSeconds ?? (since === undefined ? 0 : (nowMs - since) / 1000);
}

/** Names that services or jobs point to without there being such a node, with since when (monotonic ms): a deleted node may go on for a lease. */
export function judgeGone(pointedTo: Iterable<string>, nodes: Node[], goneBefore: ReadonlyMap<string, number>, nowMs: number): { gone: string[]; goneSince: Map<string, number> } {
  const known = new Set(nodes.map((each) => each.metadata.name));
  const goneSince = new Map<string, number>();
  for (const name of pointedTo) if (!known.has(name)) goneSince.set(name, goneBefore.get(name) ?? nowMs);
  const gone = [...goneSince].filter(([, since]) => nowMs - since >= lease.silenceSeconds * 1000).map(([name]) => name);
  return { gone, goneSince };
}

/** Whether what the record says of the node's readiness was said by silence. */
export function isLost(node: Node): boolean {
  return condition(node, 'Ready')?.status === 'False';
}
