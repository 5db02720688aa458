import type { Node } from '@spawnit/contract';
import { enginePlace, nodePlace, type Cluster } from './cluster.js';
import { demandOf, isHome, type Demand, type PlacementRequest } from './demand.js';
import { reject, rejections, type Rejection, type RejectionReason } from './filters.js';

export type WaitReason = RejectionReason | 'NoNodes' | 'EngineUnavailable' | 'TemplateMissing';
export type Placement = { node: string; engine?: string } | { wait: WaitReason; message: string };

/**
 * Where a job runs, or why it waits. Nothing but its arguments goes in, so equal clusters give equal answers.
 * Filters and their wording follow kube-scheduler: every node that can't take it is counted under its first reason.
 */
export function place(request: PlacementRequest, cluster: Cluster): Placement {
  if (!request.template && request.job.type !== 'Destroy') return templateMissing(request);
  const demand = demandOf(request, cluster);
  const rejected: Rejection[] = [];
  const able: Node[] = [];
  for (const node of cluster.nodes) {
    const rejection = reject(node, demand, cluster);
    if (rejection) rejected.push(rejection);
    else able.push(node);
  }
  const best = able.reduce<Node | undefined>((a, b) => (a && before(a, b, demand, cluster) ? a : b), undefined);
  if (!best) return waiting(rejected, demand);
  return { node: best.metadata.name, engine: demand.bound ? best.status?.engine : undefined };
}

/** Home and uncordoned first, so that nothing moves without need; then the emptiest; then by name. */
function before(a: Node, b: Node, demand: Demand, cluster: Cluster): boolean {
  const [left, right] = [rank(a, demand, cluster), rank(b, demand, cluster)];
  const at = left.findIndex((value, i) => value !== right[i]);
  return at < 0 ? a.metadata.name <= b.metadata.name : left[at]! < right[at]!;
}

/** Lower is better. What is bound to an engine spreads over engines, for one engine is one machine. */
function rank(node: Node, demand: Demand, cluster: Cluster): number[] {
  const { service, bound } = demand;
  const { name } = node.metadata;
  const at = bound && node.status?.engine ? enginePlace(node.status.engine) : nodePlace(name);
  const onIt = nodePlace(name);
  const self = (place: string) => (placesOf(demand).includes(place) ? 1 : 0);
  return [
    isHome(demand, node) ? 0 : 1,
    node.spec.unschedulable ? 1 : 0,
    service.status?.node === name ? 0 : 1,
    cluster.alikeAt(at, service) - self(at),
    cluster.servicesAt(at) - self(at),
    cluster.servicesAt(onIt) - self(onIt),
  ];
}

/** Where the service itself is counted already. */
function placesOf({ service: { status } }: Demand): string[] {
  return [...(status?.node ? [nodePlace(status.node)] : []), ...(status?.engine ? [enginePlace(status.engine)] : [])];
}

function waiting(rejected: Rejection[], demand: Demand): Placement {
  if (rejected.length === 0) return { wait: 'NoNodes', message: 'there is no node: start a worker-agent with a join token' };
  const total = `0/${rejected.length} nodes can take it: ${counted(rejected)}`;
  const wait = rejected.map((each) => each.reason).reduce((a, b) => (rejections.indexOf(a) >= rejections.indexOf(b) ? a : b));
  const homeless = demand.pinned && (wait === 'NotReady' || wait === 'OtherEngine');
  if (!homeless) return { wait, message: total };
  return { wait: 'EngineUnavailable', message: `${total}; what stands on the engine "${demand.home}" can be removed only there: start its worker-agent again` };
}

function counted(rejected: Rejection[]): string {
  const groups = new Map<string, Rejection[]>();
  for (const each of rejected) groups.set(each.text[0], [...(groups.get(each.text[0]) ?? []), each]);
  const order = ([a]: Rejection[], [b]: Rejection[]) => rejections.indexOf(a!.reason) - rejections.indexOf(b!.reason) || (a!.text[0] < b!.text[0] ? -1 : 1);
  return [...groups.values()]
    .sort(order)
    .map((group) => `${group.length} ${group[0]!.text[group.length === 1 ? 0 : 1]}`)
    .join(', ');
}

function templateMissing({ service }: PlacementRequest): Placement {
  return { wait: 'TemplateMissing', message: `its template "${service.spec.template}" is no longer in the catalogue: add it again, or delete the service` };
}
