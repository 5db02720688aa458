import { z } from 'zod';
import { Condition, Timestamp, type Resource } from '../meta.js';
import { defineKind } from './kind.js';

export const Taint = z.strictObject({
  key: z.string().describe('What a toleration names.'),
  value: z.string().optional().describe('What it may ask for besides.'),
  effect: z.enum(['NoSchedule', 'NoExecute']).describe('NoSchedule: nothing new. NoExecute: what is there moves away, too.'),
});

export const NodeSpec = z.strictObject({
  taints: z.array(Taint).max(32).default([]).meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['key', 'effect'] }).describe('What keeps services away that do not tolerate it.'),
  slots: z.int().min(1).max(64).default(2).describe('Most jobs at once.'),
  unschedulable: z.boolean().default(false).describe('Cordoned: keeps what it has, is given nothing new.'),
  drain: z.boolean().default(false).describe('Draining: what it has moves away, one after another.'),
});
export type NodeSpec = z.infer<typeof NodeSpec>;

export const NodeStatus = z.strictObject({
  conditions: z.array(Condition).optional().describe('The truth about it, an aspect each: Ready, Drained; its agent tells DiskPressure, WarmProviders, EngineEvents.'),
  abilities: z.array(z.string()).max(32).optional().describe('Things it can do, such as `docker`, `aws`.'),
  engine: z.string().optional().describe('Id of the Docker engine it speaks to. Nodes of equal engine id share their containers.'),
  host: z.string().optional().describe('Where published ports of its engine are reached.'),
  versions: z.record(z.string(), z.string()).optional().describe('Versions of the agent and its tools.'),
  capacity: z.strictObject({ cpus: z.number().describe('Processors.'), memoryMb: z.number().describe('Memory, in megabytes.') }).optional().describe('What its machine has.'),
  session: z.string().optional().describe('Random, made at each start of the agent.'),
  heartbeat: z.strictObject({
    counter: z.int().describe('How many there were.'),
    ageSeconds: z.number().describe('Age of the last.'),
    time: Timestamp.describe('When it came.'),
    running: z.array(z.string()).max(200).describe('Jobs that run on it.'),
  }).optional().describe('The last sign of life. Kept in memory by the apiserver and laid over what it serves; not in the log.'),
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
