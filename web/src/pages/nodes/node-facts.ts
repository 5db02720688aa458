import type { Job, MoveReason, Node, Service } from '@spawnit/contract';
import { conditionOf } from '../../ui/conditions.js';

export type NodeState = 'Ready' | 'Lost' | 'New';

/** What there is to say of a node beside its own record. */
export interface NodeFacts {
  node: Node;
  state: NodeState;
  services: readonly Service[];
  /** Jobs that take one of its slots. */
  jobs: readonly Job[];
}

export function factsOf(nodes: readonly Node[], services: readonly Service[], jobs: readonly Job[]): NodeFacts[] {
  return nodes.map((node) => ({
    node,
    state: stateOf(node),
    services: services.filter(({ status }) => status?.node === node.metadata.name),
    jobs: jobs.filter(({ status }) => status?.node === node.metadata.name && (status.phase === 'Assigned' || status.phase === 'Running')),
  }));
}

function stateOf(node: Node): NodeState {
  const ready = conditionOf(node, 'Ready');
  return ready === undefined ? 'New' : ready.status === 'True' ? 'Ready' : 'Lost';
}

const leaving: Record<MoveReason, true> = { NodeLost: true, NodeDraining: true, NodeTainted: true, EngineLost: true };

/** It must leave its node, or has not come up on its new one yet. */
export function isMoving(service: Service): boolean {
  const { reason = '', status } = conditionOf(service, 'Scheduled') ?? {};
  return (status === 'False' && Object.hasOwn(leaving, reason)) || (reason === 'Moved' && service.status?.phase !== 'Ready');
}
