import { z } from 'zod';
import { Condition, Labels, Name, Timestamp, type Resource } from '../meta.js';
import { defineKind } from './kind.js';

export const Toleration = z.strictObject({
  key: z.string().describe('Key of the taint that is tolerated.'),
  operator: z.enum(['Equal', 'Exists']).default('Equal').describe('Equal: the value must be the same. Exists: any value will do.'),
  value: z.string().optional().describe('Value of the taint, when the operator is Equal.'),
  effect: z.enum(['NoSchedule', 'NoExecute']).optional().describe('The effect that is tolerated; each, when left out.'),
});

export const ServiceSpec = z.strictObject({
  template: Name.describe('Catalogue entry that it is made from; `get templates` lists them.'),
  parameters: z.record(z.string(), z.unknown()).default({}).describe('What the template asks for, by name, checked against its schema. A secret is sealed before it is stored and never served in the clear.'),
  parametersFrom: z
    .array(z.strictObject({ parameter: z.string().min(1).describe('Parameter that is filled in.'), service: Name.describe('Service whose output it is, of the same namespace.'), output: z.string().min(1).describe('Name of the output.') }))
    .max(64)
    .default([])
    .describe('Parameters taken from outputs of other services of the namespace.'),
  dependsOn: z.array(Name).max(64).default([]).describe('Services that must be Ready first; those named in parametersFrom are so without being named here.'),
  environment: z.enum(['production', 'staging', 'development']).default('development').describe('What it is for. Shown, and selectable.'),
  placement: z
    .strictObject({
      nodeSelector: Labels.default({}).describe('Labels that a node must have.'),
      tolerations: z.array(Toleration).max(32).default([]).describe('Taints of nodes that it may be placed on nevertheless.'),
    })
    .prefault({})
    .describe('Which nodes it may be placed on.'),
  drift: z
    .strictObject({
      policy: z.enum(['Flag', 'Revert', 'Ignore']).default('Flag').describe('What becomes of drift. Flag: it is shown. Revert: what was declared is made real again. Ignore: it is seen and told, and the service stays Ready.'),
      ignoreFields: z.array(z.string().min(1).max(200)).max(64).default([]).describe('Attributes whose drift does not count: paths such as `docker_container.this.memory`, or only the last part, such as `memory`.'),
      intervalSeconds: z.int().min(1).max(86_400).default(10).describe('How often it is checked.'),
    })
    .prefault({})
    .describe('What is done about drift, and how often it is looked for.'),
  approval: z.enum(['Auto', 'Manual']).default('Auto').describe('Manual: each plan waits until somebody approves it.'),
  suspend: z.boolean().default(false).describe('While true nothing is planned, applied or checked; what runs goes on running.'),
});
export type ServiceSpec = z.infer<typeof ServiceSpec>;

export const servicePhases = ['Pending', 'Provisioning', 'Ready', 'Drifted', 'Failed', 'Suspended', 'Deleting'] as const;
export type ServicePhase = (typeof servicePhases)[number];

/** The field of a drift that is about the thing itself: declared `present` or `absent`, live `missing` or `present`. */
export const existsField = '(exists)';
/** Stands where a secret is. */
export const sensitiveMask = '(sensitive)';

/** One field that differs from what was declared. Values are JSON text, shortened; secrets are '(sensitive)'. */
export const DriftedField = z.strictObject({
  resource: z.string().describe('Address of the real thing, such as `docker_container.this`.'),
  field: z.string().describe('Path of the attribute in it.'),
  desired: z.string().describe('What was declared, as JSON text, shortened; secrets are "(sensitive)".'),
  live: z.string().describe('What is, in the same form.'),
  ignored: z.boolean().optional().describe('Left out of account by drift.ignoreFields: shown, but no drift.'),
  parameter: z.string().max(200).optional().describe('Path below spec.parameters that the declared value comes from as it is, such as `limits.memory_mb`.'),
  since: Timestamp.optional().describe('When it was first seen so.'),
});
export type DriftedField = z.infer<typeof DriftedField>;

export const ServiceOutput = z.strictObject({ value: z.unknown().optional().describe('The value; left out when it is sensitive.'), sensitive: z.boolean().optional().describe('Whether it is a secret.') });

export const ServiceStatus = z.strictObject({
  observedGeneration: z.int().optional().describe('Generation of the spec that this status speaks of.'),
  phase: z.enum(servicePhases).optional().describe('Summary of the conditions, for people.'),
  conditions: z.array(Condition).optional().describe('The truth about it, an aspect each: Ready, Progressing, Stalled, Scheduled, Compliant, ChecksOnTime, Accounted.'),
  node: z.string().optional().describe('Node that it is placed on.'),
  engine: z.string().optional().describe('Engine of that node.'),
  epoch: z.int().optional().describe('Epoch of the last assignment: the fencing token.'),
  restoredEpoch: z.int().optional().describe('The epoch that a restore brought it back with, after it had been destroyed: no run was ever given that one.'),
  unaccounted: z.strictObject({ job: z.string().describe('The job.'), node: z.string().optional().describe('Where it ran.') }).optional().describe('The last apply of a remote provider that was ended by force: what it was making may be in no state.'),
  activeJob: z.string().optional().describe('Name of the job that is under way, set in the commit that creates it.'),
  /** What the last successful apply made real; `restoredState` is the restore of a state that it answered. Drift verdicts of an epoch before its own say nothing any more. */
  applied: z
    .strictObject({
      generation: z.int().describe('Generation that was made real.'),
      epoch: z.int().optional().describe('Epoch of the run.'),
      job: z.string().describe('The job that did it.'),
      revision: z.string().describe('The revision that it ran.'),
      module: z.string().describe('Digest of the module.'),
      engine: z.string().optional().describe('Engine that it stands on.'),
      inputs: z.record(z.string(), z.unknown()).optional().describe('Outputs of other services that went in, by parameter.'),
      restoredState: z.string().optional().describe('The restore of a state that it answered.'),
      time: Timestamp.describe('When it was done.'),
    })
    .optional()
    .describe('What the last successful apply made real.'),
  outputs: z.record(z.string(), ServiceOutput).optional().describe('What the template gives back, by name.'),
  url: z.string().optional().describe('Where it answers.'),
  retries: z.strictObject({ count: z.int().describe('Failures in a row.'), generation: z.int().describe('Generation that they are of.'), nextAttemptTime: Timestamp.describe('Until then the next attempt waits.') }).optional().describe('Failures in a row at this generation.'),
  approval: z.strictObject({
    job: z.string().describe('The job that planned.'),
    generation: z.int().describe('Generation that was planned.'),
    planDigest: z.string().describe('What is approved is this plan and no other.'),
    approved: z.boolean().describe('Whether somebody has approved it.'),
    rejected: z.string().max(500).optional().describe('Why it was rejected, if it was.'),
    by: z.string().optional().describe('Who said so.'),
  }).optional().describe('The newest plan that waits for approval, was approved, or was rejected.'),
  drift: z
    .strictObject({
      verdict: z.enum(['Compliant', 'Drifted', 'Unknown']).describe('Whether what is real is as declared.'),
      fields: z.array(DriftedField).max(200).describe('What differs.'),
      since: Timestamp.describe('Since when the verdict has been so.'),
      epoch: z.int().describe('Epoch that it was looked at in.'),
      generation: z.int().describe('Generation that it was compared with.'),
      everySeconds: z.int().optional().describe('How often it is truly checked, while that is less often than was asked for.'),
    })
    .optional()
    .describe('What the last drift check found.'),
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
    unaccounted: ['reconciler'],
    applied: ['reconciler'],
    outputs: ['reconciler'],
    url: ['reconciler'],
    retries: ['reconciler'],
    approval: ['reconciler', 'admin'],
    'conditions[Ready]': ['reconciler'],
    'conditions[Progressing]': ['reconciler'],
    'conditions[Stalled]': ['reconciler'],
    'conditions[Accounted]': ['reconciler'],
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
