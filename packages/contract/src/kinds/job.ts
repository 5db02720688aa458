import { z } from 'zod';
import { Name, Timestamp, type Resource } from '../meta.js';
import { defineKind } from './kind.js';
import { ServiceOutput } from './service.js';
import { ModuleDigest } from './template.js';

export const jobTypes = ['Plan', 'Apply', 'Destroy'] as const;
export const JobSpec = z.strictObject({
  service: Name,
  serviceUid: z.string(),
  type: z.enum(jobTypes),
  /** Generation of the service that it makes real. */
  generation: z.int(),
  /** Name of the Revision it runs. */
  revision: z.string(),
  module: ModuleDigest,
  trigger: z.enum(['Create', 'Change', 'Dependency', 'Retry', 'Revert', 'Restart', 'Move', 'Approved', 'Delete', 'Restore', 'Requested']),
  /** The apply goes on only if its plan has this digest: what was approved is what is done. */
  approvedPlan: z.string().optional(),
  /** What runs is made anew although nothing of it has changed. */
  restart: z.boolean().optional(),
  /** Asked to end; the agent stops tofu gracefully, then by force. */
  cancel: z.boolean().default(false),
  cancelReason: z.string().optional(),
});
export type JobSpec = z.infer<typeof JobSpec>;

/** Pending → Assigned → Running → one of the terminal phases, which are final (promise I7). */
export const jobPhases = ['Pending', 'Assigned', 'Running', 'Succeeded', 'Failed', 'Cancelled', 'Lost'] as const;
export type JobPhase = (typeof jobPhases)[number];

const legal: Record<JobPhase, readonly JobPhase[]> = {
  Pending: ['Assigned', 'Cancelled'],
  Assigned: ['Running', 'Cancelled', 'Lost'],
  Running: ['Succeeded', 'Failed', 'Cancelled', 'Lost'],
  Succeeded: [],
  Failed: [],
  Cancelled: [],
  Lost: [],
};
export function isTerminal(phase: JobPhase | undefined): boolean {
  return phase !== undefined && legal[phase].length === 0;
}
export function mayFollow(from: JobPhase, to: JobPhase): boolean {
  return from === to || legal[from].includes(to);
}

export const fieldChange = z.strictObject({ field: z.string(), before: z.string(), after: z.string(), forcesReplacement: z.boolean().optional() });
export const PlannedChange = z.strictObject({
  address: z.string(),
  action: z.enum(['create', 'update', 'replace', 'delete', 'read', 'import', 'forget']),
  fields: z.array(fieldChange).max(100),
});
export const PlanSummary = z.strictObject({
  add: z.int(),
  change: z.int(),
  destroy: z.int(),
  /** SHA-256 of the sorted changes: equal digests mean the same plan. */
  digest: z.string(),
  changes: z.array(PlannedChange).max(200),
});
export type PlanSummary = z.infer<typeof PlanSummary>;

/** Everything a run can fail of; docs/errors.md explains each. */
export const jobCauses = ['ImagePull', 'PortInUse', 'NameInUse', 'EngineUnreachable', 'ProviderMissing', 'Configuration', 'StateConflict', 'PlanChanged', 'LeaseLost', 'Crashed', 'Timeout', 'Busy', 'Cancelled', 'Unknown'] as const;
export type JobCause = (typeof jobCauses)[number];

export const JobError = z.strictObject({
  /** What failed, as its tool named it. */
  summary: z.string().max(2_000),
  detail: z.string().max(8_000).optional(),
  cause: z.enum(jobCauses),
  /** What to do. */
  hint: z.string().max(2_000),
  /** False when trying again can't help until the spec changes. */
  retryable: z.boolean(),
});
export type JobError = z.infer<typeof JobError>;

export const JobStatus = z.strictObject({
  phase: z.enum(jobPhases).default('Pending'),
  node: z.string().optional(),
  epoch: z.int().optional(),
  assignedTime: Timestamp.optional(),
  startTime: Timestamp.optional(),
  completionTime: Timestamp.optional(),
  stages: z.array(z.strictObject({ name: z.string(), startTime: Timestamp, endTime: Timestamp.optional() })).max(32).optional(),
  plan: PlanSummary.optional(),
  error: JobError.optional(),
  outputs: z.record(z.string(), ServiceOutput).optional(),
  /** Values of other services' outputs that went in, by parameter, without secrets. */
  inputs: z.record(z.string(), z.unknown()).optional(),
  /** Real objects left after a destroy; a record is dropped only at 0. */
  remaining: z.int().optional(),
  log: z.strictObject({ bytes: z.int(), gaps: z.int() }).optional(),
  /** Why a pending job waits. */
  message: z.string().optional(),
});
export type JobStatus = z.infer<typeof JobStatus>;
export type Job = Resource<JobSpec, JobStatus> & { spec: JobSpec };

export const jobKind = defineKind({
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  shortNames: [],
  categories: [],
  group: 'spawnit.dev',
  namespaced: true,
  spec: JobSpec,
  status: JobStatus,
  systemOnly: true,
  peopleMayWrite: ['spec.cancel', 'spec.cancelReason'],
  writers: ['reconciler'],
  statusOwners: {
    phase: ['scheduler', 'reconciler', 'node', 'run', 'apiserver'],
    node: ['scheduler'],
    epoch: ['scheduler'],
    assignedTime: ['scheduler'],
    message: ['scheduler'],
    completionTime: ['scheduler', 'reconciler', 'node', 'run', 'apiserver'],
    error: ['scheduler', 'node', 'run', 'apiserver'],
    '': ['node', 'run', 'apiserver'],
  },
  columns: [
    { name: 'Service', type: 'string', path: 'spec.service', description: 'Service it works on' },
    { name: 'Type', type: 'string', path: 'spec.type', description: 'Plan, Apply or Destroy' },
    { name: 'Phase', type: 'string', path: 'status.phase', description: 'How far it is' },
    { name: 'Node', type: 'string', path: 'status.node', description: 'Where it runs' },
    { name: 'Trigger', type: 'string', path: 'spec.trigger', description: 'Why it was made' },
    { name: 'Error', type: 'string', path: 'status.error.cause', description: 'Why it failed, in a word' },
    { name: 'Epoch', type: 'integer', path: 'status.epoch', description: 'Fencing token it runs under', wide: true },
    { name: 'Detail', type: 'string', path: 'status.error.summary', description: 'Why it failed', wide: true },
  ],
  selectable: ['status.phase', 'status.node', 'spec.service', 'spec.type'],
});
