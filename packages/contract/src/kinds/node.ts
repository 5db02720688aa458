import { z } from 'zod';
import { Condition, Timestamp, type Resource } from '../meta.js';
import { defineKind } from './kind.js';

export const Taint = z.strictObject({ key: z.string(), value: z.string().optional(), effect: z.enum(['NoSchedule', 'NoExecute']) });

export const NodeSpec = z.strictObject({
  taints: z.array(Taint).max(32).default([]),
  /** Most jobs at once. */
  slots: z.int().min(1).max(64).default(2),
  /** Cordoned: keeps what it has, is given nothing new. */
  unschedulable: z.boolean().default(false),
  /** Draining: what it has moves away, one after another. */
  drain: z.boolean().default(false),
});
export type NodeSpec = z.infer<typeof NodeSpec>;

export const NodeStatus = z.strictObject({
  conditions: z.array(Condition).optional(),
  /** Things it can do, such as `docker`, `aws`. */
  abilities: z.array(z.string()).max(32).optional(),
  /** Id of the Docker engine it speaks to. Nodes of equal engine id share their containers. */
  engine: z.string().optional(),
  /** Where published ports of its engine are reached. */
  host: z.string().optional(),
  versions: z.record(z.string(), z.string()).optional(),
  capacity: z.strictObject({ cpus: z.number(), memoryMb: z.number() }).optional(),
  /** Random, made at each start of the agent. */
  session: z.string().optional(),
  /** Kept in memory by the apiserver and laid over what it serves; not in the log. */
  heartbeat: z.strictObject({ counter: z.int(), ageSeconds: z.number(), time: Timestamp, running: z.array(z.string()).max(200) }).optional(),
});
export type NodeStatus = z.infer<typeof NodeStatus>;
export type Node = Resource<NodeSpec, NodeStatus> & { spec: NodeSpec };

export const nodeKind = defineKind({
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  categories: [],
  group: 'spawnit.dev',
  namespaced: false,
  spec: NodeSpec,
  status: NodeStatus,
  writers: ['apiserver'],
  statusOwners: { 'conditions[Ready]': ['scheduler'], 'conditions[Drained]': ['scheduler'], '': ['node', 'apiserver'] },
  columns: [
    { name: 'Ready', type: 'string', path: 'condition:Ready', description: 'Whether its heartbeats come' },
    { name: 'Schedulable', type: 'boolean', path: 'not:spec.unschedulable', description: 'Whether new work may be placed on it' },
    { name: 'Slots', type: 'integer', path: 'spec.slots', description: 'Most jobs at once' },
    { name: 'Abilities', type: 'string', path: 'status.abilities', description: 'What it can do' },
    { name: 'Heartbeat', type: 'string', path: 'seconds:status.heartbeat.ageSeconds', description: 'Age of its last heartbeat' },
    { name: 'Engine', type: 'string', path: 'status.engine', description: 'Id of its Docker engine', wide: true },
  ],
  selectable: ['spec.unschedulable', 'status.engine'],
});
