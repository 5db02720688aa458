import { z } from 'zod';
import { JobError, JobStatus, PlanSummary } from './kinds/job.js';
import { NodeStatus } from './kinds/node.js';
import { DriftedField, ServiceOutput } from './kinds/service.js';
import { Labels, Name } from './meta.js';

/**
 * What agents and the apiserver say to each other besides the resources, under /agent/v1.
 * Join carries the join token; all else the node's token, but /state/v1 the run's (basic auth, as tofu sends it).
 * Times: a lease lasts leaseSeconds from the moment the agent SENT the heartbeat that was acknowledged.
 */
export const lease = { heartbeatSeconds: 5, gateSeconds: 12, killSeconds: 15, silenceSeconds: 20 } as const;

export const JoinRequest = z.strictObject({ name: Name, labels: Labels.default({}), slots: z.int().min(1).max(64).default(2) });
export const JoinAnswer = z.object({ node: z.string(), uid: z.string(), token: z.string() });

export const HeartbeatRequest = z.strictObject({
  session: z.string().max(64),
  counter: z.int().min(1),
  running: z.array(z.string()).max(200),
  status: NodeStatus.pick({ abilities: true, engine: true, host: true, versions: true, capacity: true, conditions: true }),
});
export type HeartbeatRequest = z.infer<typeof HeartbeatRequest>;
export const HeartbeatAnswer = z.object({
  /** `namespace/name` of jobs that the agent said it runs and that are not (any more) its own: stop them at once. */
  revoked: z.array(z.string()),
  /** Jobs asked to be cancelled. */
  cancel: z.array(z.string()),
  /** Of the node, to be used from now on: the one that was sent is good for a while only. */
  token: z.string().optional(),
});
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>;

export const ClaimRequest = z.strictObject({
  epoch: z.int(),
  session: z.string(),
  /** Counts the claims of a session, so that one which arrives late, or twice, is known for what it is. An agent of before tells none. */
  attempt: z.int().min(1).optional(),
});
/** Everything that a run needs; secrets are in it, so it is never logged. */
export const RunInputs = z.object({
  /** Id of the control plane, on every real object: two of them may share an engine, and neither touches the other's. */
  cluster: z.string(),
  namespace: z.string(),
  service: z.string(),
  serviceUid: z.string(),
  epoch: z.int(),
  generation: z.int(),
  module: z.string(),
  /** Folder of the bundle that tofu runs in. */
  root: z.string(),
  binding: z.enum(['Engine', 'Remote']),
  provider: z.string(),
  /** Values of the module's variables; `secret` ones never touch a disk in the clear for longer than the run. */
  variables: z.record(z.string(), z.unknown()),
  secret: z.record(z.string(), z.unknown()),
  /** Values of other services' outputs that went in, without secrets: recorded in status.applied.inputs. */
  inputs: z.record(z.string(), z.unknown()),
  ignoreFields: z.array(z.string()),
  outputs: z.record(z.string(), z.object({ sensitive: z.boolean().optional() })),
  state: z.object({
    address: z.string(),
    username: z.string(),
    /** The run's token. */
    password: z.string(),
    /** Whether a state was ever written. */
    serial: z.int().optional(),
    /** How many real things the state knew of when this was said. A server of before doesn't say. */
    resources: z.int().optional(),
    /** Another for each state that was ever written, so that equal ones mean equal states. */
    version: z.string().optional(),
  }),
});
export type RunInputs = z.infer<typeof RunInputs>;
export const ClaimAnswer = z.object({
  type: z.enum(['Plan', 'Apply', 'Destroy']),
  approvedPlan: z.string().optional(),
  /** Digests of this service's plans are made with it: the same on every node, and a secret. */
  planKey: z.string().optional(),
  restart: z.boolean().optional(),
  /** Which order of a restart it is: what was made anew for it already is not made anew again. A server of before doesn't say. */
  restartOrder: z.string().optional(),
  inputs: RunInputs,
});
export type ClaimAnswer = z.infer<typeof ClaimAnswer>;

export const ProgressRequest = z.strictObject({ stages: JobStatus.shape.stages, plan: PlanSummary.optional() });
export type ProgressRequest = z.infer<typeof ProgressRequest>;
export const FinishRequest = z.strictObject({
  phase: z.enum(['Succeeded', 'Failed', 'Cancelled']),
  plan: PlanSummary.optional(),
  error: JobError.optional(),
  outputs: z.record(z.string(), ServiceOutput).optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  remaining: z.int().min(0).optional(),
  brokenOff: z.boolean().optional(),
  log: z.strictObject({ bytes: z.int(), gaps: z.int() }).optional(),
  stages: JobStatus.shape.stages,
});
export type FinishRequest = z.infer<typeof FinishRequest>;

/**
 * A piece of a job's log: POST of the bytes as text/plain, `?offset=` of its first byte in the whole. The answer says how many
 * bytes are kept: a piece that is known already changes nothing, and after one that would leave a hole the agent goes on from there.
 */
export const LogAnswer = z.object({ bytes: z.int().min(0) });
export type LogAnswer = z.infer<typeof LogAnswer>;

/** What GET of a bundle answers: the module's digest covers exactly this. */
export const ModuleBundle = z.object({ root: z.string(), files: z.record(z.string(), z.string()) });
export type ModuleBundle = z.infer<typeof ModuleBundle>;

/** A drift check, sent down the agent's check stream as one JSON line; a line without `id` is a keep-alive. */
export const CheckOrder = z.object({ id: z.string(), inputs: RunInputs });
export type CheckOrder = z.infer<typeof CheckOrder>;
export const CheckResult = z.strictObject({
  verdict: z.enum(['Compliant', 'Drifted', 'Unknown']),
  fields: z.array(DriftedField).max(200),
  /** Why the verdict is Unknown: engine unreachable, plan failed, busy. */
  error: JobError.optional(),
  epoch: z.int(),
  generation: z.int(),
  durationMs: z.number(),
  /** A full plan said so now, or what providers read is what a full plan has said so of before. */
  by: z.enum(['Plan', 'Reads']).optional(),
  /** A full plan said otherwise than another one of the very same reads: no more checks by reads for its module. */
  contradicts: z.boolean().optional(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** Services of which an agent has seen an engine tell something: their next check is wanted at once. Without it, it comes when it is due. */
export const Suspicions = z.strictObject({ services: z.array(z.strictObject({ namespace: z.string(), name: z.string(), uid: z.string() })).max(500) });
export type Suspicions = z.infer<typeof Suspicions>;

/** What may stand on an engine: everything labelled with this cluster's id and not in this list has moved away or is gone, and is removed. */
export const Inventory = z.object({
  cluster: z.string(),
  engine: z.string(),
  uids: z.array(z.string()),
  namespaces: z.array(z.string()),
  /** All services that there are, given after a restore from a backup: whatever is of none of them may be newer than the backup, and stays. */
  known: z.array(z.string()).optional(),
});
export type Inventory = z.infer<typeof Inventory>;
