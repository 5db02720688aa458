import { mustMove, type MoveReason, type Node, type Service } from '@spawnit/contract';
import { eventOp } from '@spawnit/controller';
import { isReady } from './node-facts.js';
import { scheduled, statusOp, type Op } from './ops.js';

/**
 * Marks what stood on an engine that is no more, although its node is there: the node now reports another engine (Docker
 * was set up anew) and no ready node reports the old one.
 */
export function engineLostOps(services: Service[], nodes: readonly Node[], now: string): Op[][] {
  const ready = new Map(nodes.filter(isReady).map((node) => [node.metadata.name, node]));
  const alive = new Set([...ready.values()].map((node) => node.status?.engine));
  return services.filter((each) => isLeftBehind(each, ready, alive)).map((service) => {
    const { node, engine } = service.status!;
    const reason = 'EngineLost' satisfies MoveReason;
    const what = `node "${node}" no longer has the engine "${engine}"`;
    const conditions = scheduled(service, { status: 'False', reason, message: `${what}; waits to be placed anew` }, now);
    return [statusOp(service, { ...service.status, conditions }), eventOp({ component: 'scheduler', about: service, type: 'Warning', reason, message: what, now })];
  });
}

function isLeftBehind(service: Service, ready: Map<string, Node>, alive: Set<string | undefined>): boolean {
  const { node, engine, applied, activeJob } = service.status ?? {};
  if (!applied || engine === undefined || activeJob || alive.has(engine) || mustMove(service)) return false;
  return ready.get(node ?? '')?.status?.engine !== undefined;
}
