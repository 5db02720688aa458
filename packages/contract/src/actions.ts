import { z } from 'zod';
import type { Job } from './kinds/job.js';
import type { Service } from './kinds/service.js';
import { Name } from './meta.js';

/**
 * What people do about a service: `POST …/services/{name}/{action}`. With `?dryRun=All` it is only told what would come of it.
 * A `generation` that is given must be the declared one, so that what was looked at is what is done.
 */
const generation = z.int().optional();

/** One drifted field, as status.drift names it; with `live`, only while it has that very value. */
export const FieldChoice = z.strictObject({ resource: z.string().min(1).max(500), field: z.string().min(1).max(200), live: z.string().optional() });
export type FieldChoice = z.infer<typeof FieldChoice>;
const Fields = z.strictObject({ fields: z.array(FieldChoice).min(1).max(64), generation });
const reason = z.string().trim().min(1).max(500);

export const actionRequests = {
  /** Applies again what is declared. Without drift only when forced. */
  revert: z.strictObject({ force: z.boolean().default(false), generation }),
  /** Makes anew what runs, and leaves what holds data. */
  restart: z.strictObject({ generation }),
  /** Begins the next attempt at once, also where none would follow. */
  retry: z.strictObject({ generation }),
  /** Declares what is live. */
  'drift/accept': Fields,
  /** Leaves what is live, and calls it no drift. */
  'drift/ignore': Fields,
  /** Declares what a revision has kept; the last one that differs when none is named. */
  rollback: z.strictObject({ revision: Name.optional(), generation }),
  /** Of the plan that waits; `job` is the one that was looked at. */
  approve: z.strictObject({ job: z.string().optional() }),
  reject: z.strictObject({ job: z.string().optional(), reason }),
  /** Ends the job under way. */
  cancel: z.strictObject({ reason: reason.default('asked for by a person') }),
} as const;
export type ServiceAction = keyof typeof actionRequests;
export type ActionRequest<A extends ServiceAction> = z.input<(typeof actionRequests)[A]>;
export const serviceActions = Object.keys(actionRequests) as ServiceAction[];

/** One difference, as JSON text; secrets are '(sensitive)', and what is not there has none. */
export const ActionChange = z.object({ field: z.string(), before: z.string().optional(), after: z.string().optional() });
export type ActionChange = z.infer<typeof ActionChange>;

export const ActionAnswer = z.object({
  apiVersion: z.literal('spawnit.dev/v1'),
  kind: z.literal('ServiceAction'),
  metadata: z.object({ name: z.string(), namespace: z.string(), generation: z.int() }),
  action: z.enum(serviceActions as [ServiceAction, ...ServiceAction[]]),
  dryRun: z.boolean(),
  /** Whether anything was, or would be, written. */
  changed: z.boolean(),
  /** Of the spec for what changes it; of what is real for a revert. */
  changes: z.array(ActionChange),
  /** What a person should know first. */
  warnings: z.array(z.string()),
  /** What happens now. */
  next: z.string(),
});
export type ActionAnswer = z.infer<typeof ActionAnswer>;

/**
 * Orders of people that change nothing of the spec. Each is for what one apply has made (`{its job}/{count}`), so it is answered
 * by the next apply that succeeds, whyever that was made; the count tells an order from one that was cancelled. An apply that is
 * under way may have begun too early to answer it: then the order is for what that makes, too (`{job}+{job under way}/{count}`).
 */
export const revertAnnotation = 'spawnit.dev/revert';
export const restartAnnotation = 'spawnit.dev/restart';
export type OrderAnnotation = typeof revertAnnotation | typeof restartAnnotation;

/**
 * Another attempt that a person asked for, as `{generation}/{count}`: answered by the next job that is made, which carries it, and
 * so not by how that ends.
 */
export const retryAnnotation = 'spawnit.dev/retry';

/** Asks for a plan of the service as it is declared; the reconciler makes one for each new value. A restore brings no old request back. */
export const planAnnotation = 'spawnit.dev/plan';

/** The job whose unaccounted remains a person has looked for, and seen to. */
export const accountedAnnotation = 'spawnit.dev/accounted';

/** The attempt that was asked for, if no job has been made for it yet. */
export function openRetry({ metadata }: Pick<Service, 'metadata'>, jobs: Iterable<Pick<Job, 'metadata'>>): string | undefined {
  const asked = metadata.annotations?.[retryAnnotation];
  if (asked === undefined || Number(asked.split('/')[0]) !== metadata.generation) return undefined;
  return [...jobs].some((job) => job.metadata.annotations?.[retryAnnotation] === asked) ? undefined : asked;
}

/** The order that stands, if it is still to be answered. */
export function openOrder({ metadata, status }: Pick<Service, 'metadata' | 'status'>, annotation: OrderAnnotation): string | undefined {
  const order = metadata.annotations?.[annotation];
  return order !== undefined && status?.applied !== undefined && order.split('/')[0]!.split('+').includes(status.applied.job) ? order : undefined;
}

/** Who changed the spec last, set by the apiserver; and, by an action, why, as `{generation} {text}`. */
export const authorAnnotation = 'spawnit.dev/author';
export const changeAnnotation = 'spawnit.dev/change';

/** Why this generation was made, if somebody said so. */
export function changeCause({ generation = 1, annotations }: Service['metadata']): string | undefined {
  const [, of, text] = /^(\d+) (.+)$/s.exec(annotations?.[changeAnnotation] ?? '') ?? [];
  return Number(of) === generation ? text : annotations?.['kubernetes.io/change-cause'];
}
