import { ApiError, isTerminal, jobKind, nodeKind, serviceKind, type Inventory, type Job, type Node, type Service } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import { all } from '../resources/records.js';
import { cameBack } from '../restore/record.js';
import type { View } from '../store/log/view.js';
import type { NodeIdentity } from './caller.js';
import { clusterId } from './cluster.js';
import { ownNode } from './own-node.js';

/** What may stand on the engine of this node. The agent removes the rest, so it is never answered from a view that may be old. */
export async function inventoryOf(context: ServerContext, node: NodeIdentity): Promise<Inventory> {
  await context.registry.sync();
  const { view } = context.registry;
  const engine = ownNode(view, node).status?.engine;
  if (engine === undefined) throw new ApiError('Conflict', `node ${node.name} has not said which engine it speaks to: send a heartbeat first`, { kind: 'nodes', name: node.name });
  const services = standingOn(view, engine);
  const namespaces = [...new Set(services.map(({ metadata }) => metadata.namespace ?? ''))].sort();
  const known = cameBack(view)?.keepUnknown ? { known: [...all<Service>(view, serviceKind)].map(({ metadata }) => metadata.uid ?? '').sort() } : {};
  return { cluster: clusterId(context), engine, ...known, uids: services.map(({ metadata }) => metadata.uid ?? '').sort(), namespaces };
}

/** Services placed on the engine, and those of which a job is under way there. */
function standingOn(view: View, engine: string): Service[] {
  const nodes = new Set([...all<Node>(view, nodeKind)].filter(({ status }) => status?.engine === engine).map(({ metadata }) => metadata.name));
  const busy = new Set([...all<Job>(view, jobKind)].filter((job) => isUnderWay(job) && nodes.has(job.status?.node ?? '')).map(({ spec }) => spec.serviceUid));
  return [...all<Service>(view, serviceKind)].filter(({ metadata, status }) => status?.engine === engine || busy.has(metadata.uid ?? ''));
}

function isUnderWay({ status }: Job): boolean {
  return status?.node !== undefined && !isTerminal(status.phase);
}
