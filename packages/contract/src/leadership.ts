import { z } from 'zod';
import type { Role } from './identity.js';
import { leaseKind, type LeaseSpec } from './kinds/lease.js';
import { resourcePath } from './paths.js';

/** Of these, any number may run; the one that holds the lease of that name leads. */
export const ledRoles = ['reconciler', 'scheduler', 'drift-controller'] as const satisfies readonly Role[];

/**
 * Times of leadership, in seconds. A leader acts until `actSeconds` after the sending of its last acknowledged renewal,
 * by its own monotonic clock; another may follow after `silenceSeconds` without one, by the apiserver's. Clocks may
 * differ by 10 % before the two meet, and then the epoch still refuses the former's writes.
 */
export const leadership = { renewSeconds: 2.5, askSeconds: 1, actSeconds: 8, silenceSeconds: 10 } as const;

/** Renews the lease, takes it when it is free, or gives it back. */
export const HoldRequest = z.strictObject({
  /** The instance's name, the same after its restart. */
  holder: z.string().min(1).max(253),
  session: z.string().min(1).max(64),
  /** The first of this session: an instance that was started anew need not wait for its own former session to fall silent. */
  fresh: z.boolean().default(false),
  release: z.boolean().default(false),
});
export type HoldRequest = z.input<typeof HoldRequest>;

export const HoldAnswer = z.object({
  /** Whether the asker leads. */
  held: z.boolean(),
  holder: z.string().optional(),
  epoch: z.number(),
  /** Of all that is known when this is said: what was written under earlier epochs is not newer. */
  resourceVersion: z.string(),
});
export type HoldAnswer = z.infer<typeof HoldAnswer>;

export function holdPath(name: string): string {
  return resourcePath(leaseKind, name, undefined, 'hold');
}

/** Every write of a leader carries this; the apiserver refuses it inside the commit unless the lease still says the same. */
export const leaseHeader = 'x-spawnit-lease';

export function leaseToken({ epoch, session }: Pick<LeaseSpec, 'epoch' | 'session'>): string {
  return `${epoch}.${session}`;
}
