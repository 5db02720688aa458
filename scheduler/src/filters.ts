import type { Node } from '@spawnit/contract';
import type { Cluster } from './cluster.js';
import { isHome, type Demand } from './demand.js';
import { isFull, isReady, matchesSelector, taintText, untolerated } from './node-facts.js';

/** Why a node can't take a job, in the order in which it is asked: a later one is nearer to a placement. */
export const rejections = ['NotReady', 'DiskFull', 'OtherEngine', 'Draining', 'Cordoned', 'NoEngine', 'MissingAbility', 'NodeSelector', 'Tainted', 'DependencyEngine', 'HostPortTaken', 'NoFreeSlot'] as const;
export type RejectionReason = (typeof rejections)[number];
export interface Rejection {
  reason: RejectionReason;
  /** Reads after a number of nodes: [for one, for several]. Nodes of equal text are counted together. */
  text: readonly [string, string];
}

/** The first reason why the node can't take it; undefined when it can. */
export function reject(node: Node, demand: Demand, cluster: Cluster): Rejection | undefined {
  for (const reason of rejections) {
    const text = filters[reason](node, demand, cluster);
    if (text) return { reason, text };
  }
  return undefined;
}

type Filter = (node: Node, demand: Demand, cluster: Cluster) => Rejection['text'] | undefined;

const filters: Record<RejectionReason, Filter> = {
  NotReady: (node) => (isReady(node) ? undefined : ['is not ready', 'are not ready']),
  // Where tofu finds no room nothing can be done, not even removed.
  DiskFull: (node) => (isFull(node) ? ['has no room on its disk', 'have no room on their disks'] : undefined),
  OtherEngine: (node, demand) => (demand.pinned && !isHome(demand, node) ? ['is on another engine than the one it stands on', 'are on other engines than the one it stands on'] : undefined),
  Draining: (node, { destroys }) => (node.spec.drain && !destroys ? ['is draining', 'are draining'] : undefined),
  // A cordoned or tainted node keeps what it has: changes of what stands there go on.
  Cordoned: (node, demand) => (node.spec.unschedulable && !isHome(demand, node) ? ['is cordoned', 'are cordoned'] : undefined),
  NoEngine: (node, { bound }) => (bound && node.status?.engine === undefined ? ['does not reach its engine', 'do not reach their engines'] : undefined),
  MissingAbility: (node, { abilities }) => missing(abilities.filter((each) => !node.status?.abilities?.includes(each))),
  NodeSelector: (node, { service, destroys }) => (destroys || matchesSelector(node, service) ? undefined : selectorText(service.spec.placement.nodeSelector)),
  Tainted: tainted,
  DependencyEngine: (node, { beside }) => notBeside(beside.find(({ engine }) => engine !== node.status?.engine)),
  HostPortTaken: portTaken,
  NoFreeSlot: (node, _demand, cluster) => (cluster.slotsUsedOn(node) < node.spec.slots ? undefined : ['has no free slot', 'have no free slot']),
};

function missing(abilities: string[]): Rejection['text'] | undefined {
  if (abilities.length === 0) return undefined;
  const what = `the ${abilities.length === 1 ? 'ability' : 'abilities'} ${abilities.map((each) => `"${each}"`).join(' and ')}`;
  return [`lacks ${what}`, `lack ${what}`];
}

function selectorText(selector: Record<string, string>): Rejection['text'] {
  const wanted = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return [`does not match the node selector ${wanted.join(',')}`, `do not match the node selector ${wanted.join(',')}`];
}

function tainted(node: Node, demand: Demand): Rejection['text'] | undefined {
  if (demand.destroys) return undefined;
  const taint = untolerated(node, demand.service, isHome(demand, node) ? ['NoExecute'] : ['NoSchedule', 'NoExecute']);
  return taint && [`has the taint ${taintText(taint)}, which it does not tolerate`, `have the taint ${taintText(taint)}, which it does not tolerate`];
}

function notBeside(other: Demand['beside'][number] | undefined): Rejection['text'] | undefined {
  return other && [`is not on the engine of "${other.service}", on which it depends`, `are not on the engine of "${other.service}", on which it depends`];
}

/** Names the other service only within the namespace: a tenant learns nothing of another's. */
function portTaken(node: Node, { ports, service }: Demand, cluster: Cluster): Rejection['text'] | undefined {
  for (const port of ports) {
    const owner = cluster.portOwner(node.status?.engine ?? '', port, service);
    if (!owner) continue;
    const by = owner.metadata.namespace === service.metadata.namespace ? `by "${owner.metadata.name}"` : 'by a service of another namespace';
    return [`has its host port ${port} taken ${by}`, `have their host port ${port} taken ${by}`];
  }
  return undefined;
}
