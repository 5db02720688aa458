import { condition, type Node, type NodeSpec, type Service } from '@spawnit/contract';

export type Taint = NodeSpec['taints'][number];

export function isReady(node: Node): boolean {
  return condition(node, 'Ready')?.status === 'True';
}

/** Whether its agent refuses new jobs because its disk is full. */
export function isFull(node: Node): boolean {
  return condition(node, 'DiskPressure')?.status === 'True';
}

/** The first taint of these effects that the service does not tolerate; matching as in Kubernetes, without its empty key. */
export function untolerated(node: Node, service: Service, effects: readonly Taint['effect'][]): Taint | undefined {
  return node.spec.taints?.find((taint) => effects.includes(taint.effect) && !service.spec.placement.tolerations.some((each) => tolerates(each, taint)));
}

type Toleration = Service['spec']['placement']['tolerations'][number];

function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  return key === taint.key && (effect === undefined || effect === taint.effect) && (operator === 'Exists' || (value ?? '') === (taint.value ?? ''));
}

export function taintText({ key, value, effect }: Taint): string {
  return `${key}${value === undefined ? '' : `=${value}`}:${effect}`;
}

export function matchesSelector(node: Node, service: Service): boolean {
  const labels = node.metadata.labels ?? {};
  return Object.entries(service.spec.placement.nodeSelector).every(([key, value]) => labels[key] === value);
}

/** Why what stands on this node must leave it; undefined when it may stay. */
export function evicts(node: Node, service: Service): 'NodeDraining' | 'NodeTainted' | undefined {
  if (node.spec.drain) return 'NodeDraining';
  return untolerated(node, service, ['NoExecute']) ? 'NodeTainted' : undefined;
}
