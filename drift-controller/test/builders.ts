import { ServiceSpec, type CheckResult, type Node, type Service, type ServiceStatus } from '@spawnit/contract';
import type { z } from 'zod';

export const now = '2026-01-01T00:00:00.000Z';
export const later = '2026-01-01T00:01:00.000Z';
const module = `sha256-${'0'.repeat(64)}`;

export interface ServiceInput {
  spec?: Partial<z.input<typeof ServiceSpec>>;
  status?: ServiceStatus;
  deleting?: boolean;
  generation?: number;
  node?: string;
}

/** Applied at generation 1 and epoch 3, Ready on n1, checked every 10 s, unless told otherwise. */
export function aService(name: string, { spec, status, deleting = false, generation = 1, node = 'n1' }: ServiceInput = {}): Service {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1', generation, ...(deleting && { deletionTimestamp: now }) },
    spec: ServiceSpec.parse({ template: 'web', ...spec }),
    status: { phase: 'Ready', node, engine: `engine-${node}`, epoch: 3, applied: { generation: 1, epoch: 3, job: 'old', revision: 'r', module, time: now }, ...status },
  };
}

export function aNode(name: string, ready = true): Node {
  const status = ready ? ('True' as const) : ('False' as const);
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Node',
    metadata: { name },
    spec: { taints: [], slots: 2, unschedulable: false, drain: false },
    status: { conditions: [{ type: 'Ready', status, reason: 'Test', message: '', lastTransitionTime: now }] },
  };
}

export function aResult(more: Partial<CheckResult> = {}): CheckResult {
  return { verdict: 'Compliant', fields: [], epoch: 3, generation: 1, durationMs: 5, ...more };
}

export function aField(field: string, more: object = {}): CheckResult['fields'][number] {
  return { resource: 'docker_container.this', field, desired: '512', live: '256', ...more };
}
