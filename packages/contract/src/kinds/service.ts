import { z } from 'zod';
import { Condition, Labels, Name, Timestamp, type Resource } from '../meta.js';
import { defineKind } from './kind.js';

export const Toleration = z.strictObject({
  key: z.string(),
  operator: z.enum(['Equal', 'Exists']).default('Equal'),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'NoExecute']).optional(),
});

export const ServiceSpec = z.strictObject({
  template: Name,
  /** Checked against the template's schema. A secret (writeOnly) is sealed before it is stored and never served in the clear. */
  parameters: z.record(z.string(), z.unknown()).default({}),
  /** Parameters taken from outputs of other services of the namespace. */
  parametersFrom: z
    .array(z.strictObject({ parameter: z.string().min(1), service: Name, output: z.string().min(1) }))
    .max(64)
    .default([]),
  /** Services that must be Ready first; those named in parametersFrom are so without being named here. */
  dependsOn: z.array(Name).max(64).default([]),
  environment: z.enum(['production', 'staging', 'development']).default('development'),
  placement: z
    .strictObject({
      nodeSelector: Labels.default({}),
      tolerations: z.array(Toleration).max(32).default([]),
    })
    .prefault({}),
  drift: z
    .strictObject({
      policy: z.enum(['Flag', 'Revert', 'Ignore']).default('Flag'),
      /** Attribute paths, such as `docker_container.this.memory`, or only the last part, such as `memory`. */
      ignoreFields: z.array(z.string().min(1).max(200)).max(64).default([]),
      intervalSeconds: z.int().min(1).max(86_400).default(10),
    })
    .prefault({}),
  approval: z.enum(['Auto', 'Manual']).default('Auto'),
  /** While true nothing is planned, applied or checked; what runs goes on running. */
  suspend: z.boolean().default(false),
});
export type ServiceSpec = z.infer<typeof ServiceSpec>;

export const servicePhases = ['Pending', 'Provisioning', 'Ready', 'Drifted', 'Failed', 'Suspended', 'Deleting'] as const;
export type ServicePhase = (typeof servicePhases)[number];

/** One field that differs from what was declared. Values are JSON text, shortened; secrets are '(sensitive)'. */
export const DriftedField = z.strictObject({
  resource: z.string(),
  field: z.string(),
  desired: z.string(),
  live: z.string(),
  /** Ignored by `drift.ignoreFields`: shown, but no drift. */
  ignored: z.boolean().optional(),
  /** Path below spec.parameters that the declared value comes from as it is, such as `limits.memory_mb`. */
  parameter: z.string().max(200).optional(),
  /** When it was first seen so. */
  since: Timestamp.optional(),
});
export type DriftedField = z.infer<typeof DriftedField>;

export const ServiceOutput = z.strictObject({ value: z.unknown().optional(), sensitive: z.boolean().optional() });

export const ServiceStatus = z.strictObject({
  observedGeneration: z.int().optional(),
  phase: z.enum(servicePhases).optional(),
  conditions: z.array(Condition).optional(),
  /** Node it is placed on, that node's engine, and the epoch of the last assignment: the fencing token. */
  node: z.string().optional(),
  engine: z.string().optional(),
  epoch: z.int().optional(),
  /** The epoch that a restore brought it back with, after it had been destroyed: no run was ever given that one. */
  restoredEpoch: z.int().optional(),
  /** Name of the job that is under way, set in the commit that creates it. */
  activeJob: z.string().optional(),
  /** What the last successful apply made real; `restoredState` is the restore of a state that it answered. Drift verdicts of an epoch before its own say nothing any more. */
  applied: z
    .strictObject({ generation: z.int(), epoch: z.int().optional(), job: z.string(), revision: z.string(), module: z.string(), engine: z.string().optional(), inputs: z.record(z.string(), z.unknown()).optional(), restoredState: z.string().optional(), time: Timestamp })
    .optional(),
  outputs: z.record(z.string(), ServiceOutput).optional(),
  url: z.string().optional(),
  /** Failures in a row at this generation, and until when the next attempt waits. */
  retries: z.strictObject({ count: z.int(), generation: z.int(), nextAttemptTime: Timestamp }).optional(),
  /** The newest plan that waits for approval, was approved, or was rejected and why; `by` is who said so. */
  approval: z.strictObject({ job: z.string(), generation: z.int(), planDigest: z.string(), approved: z.boolean(), rejected: z.string().max(500).optional(), by: z.string().optional() }).optional(),
  drift: z
    .strictObject({
      verdict: z.enum(['Compliant', 'Drifted', 'Unknown']),
      fields: z.array(DriftedField).max(200),
      since: Timestamp,
      epoch: z.int(),
      generation: z.int(),
      /** How often it is truly checked, while that is less often than was asked for. */
      everySeconds: z.int().optional(),
    })
    .optional(),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;
export type Service = Resource<ServiceSpec, ServiceStatus> & { spec: ServiceSpec };

/** Held until destroy has succeeded and nothing real is left (promise I8). */
export const serviceFinalizer = 'spawnit.dev/destroy';

export const serviceKind = defineKind({
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  group: 'spawnit.dev',
  namespaced: true,
  spec: ServiceSpec,
  status: ServiceStatus,
  writers: [],
  statusOwners: {
    observedGeneration: ['reconciler'],
    phase: ['reconciler'],
    activeJob: ['reconciler'],
    applied: ['reconciler'],
    outputs: ['reconciler'],
    url: ['reconciler'],
    retries: ['reconciler'],
    approval: ['reconciler', 'admin'],
    'conditions[Ready]': ['reconciler'],
    'conditions[Progressing]': ['reconciler'],
    'conditions[Stalled]': ['reconciler'],
    'conditions[Scheduled]': ['scheduler'],
    'conditions[Compliant]': ['drift-controller'],
    'conditions[ChecksOnTime]': ['drift-controller'],
    node: ['scheduler'],
    engine: ['scheduler'],
    epoch: ['scheduler'],
    restoredEpoch: ['apiserver'],
    drift: ['drift-controller'],
  },
  columns: [
    { name: 'Phase', type: 'string', path: 'status.phase', description: 'Summary of its conditions' },
    { name: 'Ready', type: 'string', path: 'condition:Ready', description: 'Whether what was declared is real' },
    { name: 'Template', type: 'string', path: 'spec.template', description: 'Catalogue entry it is made from' },
    { name: 'Node', type: 'string', path: 'status.node', description: 'Where it runs' },
    { name: 'URL', type: 'string', path: 'status.url', description: 'Where it answers' },
    { name: 'Reason', type: 'string', path: 'reason:Ready', description: 'Why it is or is not ready' },
    { name: 'Epoch', type: 'integer', path: 'status.epoch', description: 'Fencing token of its last assignment', wide: true },
    { name: 'Environment', type: 'string', path: 'spec.environment', description: 'production, staging or development', wide: true },
  ],
  selectable: ['status.phase', 'status.node', 'spec.template', 'spec.environment'],
});
