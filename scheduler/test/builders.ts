import { JobSpec, NodeSpec, ServiceSpec, TemplateSpec, type Condition, type Job, type JobStatus, type Node, type NodeStatus, type Service, type ServiceStatus, type Template } from '@spawnit/contract';
import type { z } from 'zod';
import { Cluster, type Snapshot } from '../src/cluster.js';

export const now = '2026-01-01T00:00:00.000Z';

export function conditionOf(type: string, status: Condition['status'], reason = 'Test', message = 'test'): Condition {
  return { type, status, reason, message, lastTransitionTime: now };
}

export interface NodeInput extends Partial<NodeSpec> {
  labels?: Record<string, string>;
  ready?: boolean | 'unknown';
  status?: Partial<NodeStatus>;
}

/** Ready, with two slots, able to do docker, on an engine of its own, unless told otherwise. */
export function aNode(name: string, { labels = {}, ready = true, status, ...spec }: NodeInput = {}): Node {
  const conditions = ready === 'unknown' ? [] : [conditionOf('Ready', ready ? 'True' : 'False')];
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, resourceVersion: '1', labels },
    spec: NodeSpec.parse(spec),
    status: { abilities: ['docker'], engine: `engine-${name}`, conditions, ...status },
  };
}

export interface ServiceInput {
  spec?: Partial<z.input<typeof ServiceSpec>>;
  status?: ServiceStatus;
  deleting?: boolean;
  namespace?: string;
}

export function aService(name: string, { spec, status = {}, deleting = false, namespace = 'default' }: ServiceInput = {}): Service {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Service',
    metadata: { name, namespace, uid: `uid-${namespace}-${name}`, resourceVersion: '1', generation: 1, ...(deleting && { deletionTimestamp: now }) },
    spec: ServiceSpec.parse({ template: 'web', ...spec }),
    status,
  };
}

/** Applied and Ready on a node and its engine. */
export function standingOn(node: string, engine: string | undefined = `engine-${node}`, more: ServiceStatus = {}): ServiceStatus {
  return {
    phase: 'Ready',
    node,
    engine,
    epoch: 3,
    applied: { generation: 1, job: 'old', revision: 'r', module: digest, time: now },
    conditions: [conditionOf('Scheduled', 'True', 'Placed')],
    ...more,
  };
}

const digest = `sha256-${'0'.repeat(64)}`;

export function aJob(service: Service, { name = `${service.metadata.name}-apply`, type = 'Apply' as JobSpec['type'], status = { phase: 'Pending' } as JobStatus, created = now } = {}): Job {
  const { namespace, uid } = service.metadata;
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Job',
    metadata: { name, namespace, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: created },
    spec: JobSpec.parse({ service: service.metadata.name, serviceUid: uid, type, generation: 1, revision: 'r', module: digest, trigger: 'Create' }),
    status,
  };
}

function aTemplate(name: string, more: Partial<z.input<typeof TemplateSpec>> = {}): Template {
  const port = { type: 'integer', 'x-host-port': true };
  const parameters = { type: 'object' as const, additionalProperties: false as const, properties: { port, ports: { type: 'array', items: { type: 'object', properties: { external: port } } } } };
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Template',
    metadata: { name },
    spec: TemplateSpec.parse({ title: name, category: 'Test', description: '', provider: 'docker', binding: 'Engine', module: digest, abilities: ['docker'], parameters, ...more }),
  };
}

export const templates = [aTemplate('web'), aTemplate('db'), aTemplate('cloud', { binding: 'Remote', provider: 'aws', abilities: ['aws'] })];

export function clusterOf(parts: Partial<Snapshot>): Cluster {
  return new Cluster(snapshotOf(parts));
}

export function snapshotOf(parts: Partial<Snapshot>): Snapshot {
  return { nodes: [], services: [], jobs: [], templates, ...parts };
}
