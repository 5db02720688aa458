import { mustMove, type MoveReason, type Service } from '@spawnit/contract';
import type { Cluster } from './cluster.js';
import { isReady } from './node-facts.js';
import { scheduled, statusOp, type Op } from './ops.js';

/**
 * Marks what stood on an engine that is no more, although its node is there: the node now reports another engine (Docker
 * was set up anew) and no ready node reports the old one.
 */
export function engineLostOps(services: Service[], cluster: Cluster, now: string): Op[] {
  const alive = new Set(cluster.nodes.filter(isReady).map((node) => node.status?.engine));
  return services.filter((each) => isLeftBehind(each, cluster, alive)).map((service) => {
    const { node, engine } = service.status!;
    const message = `node "${node}" no longer has the engine "${engine}"; waits to be placed anew`;
    return statusOp(service, { ...service.status, conditions: scheduled(service, { status: 'False', reason: 'EngineLost' satisfies MoveReason, message }, now) });
  });
}

function isLeftBehind(service: Service, cluster: Cluster, alive: Set<string | undefined>): boolean {
  const { node: name, engine, applied, activeJob } = service.status ?? {};
  if (!applied || engine === undefined || activeJob || mustMove(service) || alive.has(engine)) return false;
  const node = cluster.node(name);
  return node !== undefined && isReady(node) && node.status?.engine !== undefined;
}
