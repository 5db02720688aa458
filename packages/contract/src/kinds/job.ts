import { z } from 'zod';
import { Name, Timestamp, type Resource } from '../meta.js';
import { defineKind } from './kind.js';
import { ServiceOutput } from './service.js';
import { ModuleDigest } from './template.js';

export const jobTypes = ['Plan', 'Apply', 'Destroy'] as const;
export const JobSpec = z.strictObject({
  service: Name.describe('Service it works on.'),
  serviceUid: z.string().describe('Uid of that service.'),
  type: z.enum(jobTypes).describe('Plan, Apply or Destroy.'),
  generation: z.int().describe('Generation of the service that it makes real.'),
  revision: z.string().describe('Name of the Revision it runs.'),
  module: ModuleDigest.describe('Digest of the module it runs.'),
  trigger: z.enum(['Create', 'Change', 'Dependency', 'Retry', 'Revert', 'Restart', 'Move', 'Approved', 'Delete', 'Restore', 'Requested']).describe('Why it was made.'),
  approvedPlan: z.string().optional().describe('The apply goes on only if its plan has this digest: what was approved is what is done.'),
  restart: z.boolean().optional().describe('What runs is made anew although nothing of it has changed.'),
  cancel: z.boolean().default(false).describe('Asked to end; the agent stops tofu gracefully, then by force.'),
  cancelReason: z.string().optional().describe('Why.'),
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

export const FieldChange = z.strictObject({
  field: z.string().describe('Path of the attribute.'),
  before: z.string().describe('What it is.'),
  after: z.string().describe('What it would be.'),
  forcesReplacement: z.boolean().optional().describe('Whether it can be had only by making the thing anew.'),
});
export const PlannedChange = z.strictObject({
  address: z.string().describe('Address of the resource in the plan.'),
  action: z.enum(['create', 'update', 'replace', 'delete', 'read', 'import', 'forget']).describe('What would be done to it.'),
  fields: z.array(FieldChange).max(100).describe('Attributes that change.'),
});
export const PlanSummary = z.strictObject({
  add: z.int().describe('Things to be made.'),
  change: z.int().describe('Things to be changed.'),
  destroy: z.int().describe('Things to be destroyed.'),
  digest: z.string().describe('HMAC-SHA-256 of all that the plan would do, with a key of the service: equal digests mean the same plan.'),
  changes: z.array(PlannedChange).max(200).describe('Each change.'),
  unchanged: z.array(z.string()).max(200).optional().describe('Addresses of what stays as it is, when the plan told them.'),
});
export type PlanSummary = z.infer<typeof PlanSummary>;

/** Everything a run can fail of; docs/errors.md explains each. */
export const jobCauses = ['ImagePull', 'PortInUse', 'NameInUse', 'EngineUnreachable', 'ProviderMissing', 'Configuration', 'StateConflict', 'PlanChanged', 'LeaseLost', 'Crashed', 'Timeout', 'Busy', 'Cancelled', 'Unknown'] as const;
export type JobCause = (typeof jobCauses)[number];

export const JobError = z.strictObject({
  summary: z.string().max(2_000).describe('What failed, as its tool named it.'),
  detail: z.string().max(8_000).optional().describe('What the tool said besides.'),
  cause: z.enum(jobCauses).describe('Why, coded; docs/errors.md explains each.'),
  hint: z.string().max(2_000).describe('What to do.'),
  retryable: z.boolean().describe('False when trying again can not help until the spec changes.'),
});
export type JobError = z.infer<typeof JobError>;

export const JobStatus = z.strictObject({
  phase: z.enum(jobPhases).default('Pending').describe('How far it is. Succeeded, Failed, Cancelled and Lost are final.'),
  node: z.string().optional().describe('Where it runs.'),
  epoch: z.int().optional().describe('Fencing token that it runs under.'),
  assignedTime: Timestamp.optional().describe('When it was given to a node.'),
  startTime: Timestamp.optional().describe('When the node began.'),
  completionTime: Timestamp.optional().describe('When it was over.'),
  stages: z
    .array(z.strictObject({ name: z.string().describe('What was done.'), startTime: Timestamp.describe('When it began.'), endTime: Timestamp.optional().describe('When it was over.') }))
    .max(32)
    .optional()
    .describe('Stages of the run with their times.'),
  plan: PlanSummary.optional().describe('What the plan would do.'),
  error: JobError.optional().describe('Why it failed.'),
  outputs: z.record(z.string(), ServiceOutput).optional().describe('What the template gave back, by name.'),
  inputs: z.record(z.string(), z.unknown()).optional().describe('Values of other services’ outputs that went in, by parameter, without secrets.'),
  remaining: z.int().optional().describe('Real objects left after a destroy; a record is dropped only at 0.'),
  brokenOff: z.boolean().optional().describe('An apply of it was ended by force, and its provider’s calls can’t be stopped: what was being made then may be in no state.'),
  log: z.strictObject({ bytes: z.int().describe('How long it is.'), gaps: z.int().describe('How many places are missing.') }).optional().describe('The log of the run.'),
  message: z.string().optional().describe('Why a pending job waits.'),
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
