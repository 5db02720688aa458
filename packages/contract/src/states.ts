import { z } from 'zod';

/** One serial of a service's tofu state that is kept. */
export const StateSerial = z.object({
  serial: z.int(),
  lineage: z.string(),
  epoch: z.int(),
  current: z.boolean(),
  /** Real things it knows of. */
  resources: z.int(),
  /** Bytes, and when, by which job and by whom it was written; what was written before this was noted has none. */
  size: z.int().optional(),
  time: z.string().optional(),
  job: z.string().optional(),
  by: z.string().optional(),
  /** The serial whose content was brought back by it. */
  restoredFrom: z.int().optional(),
});
export type StateSerial = z.infer<typeof StateSerial>;

/** Oldest first. */
export const StateHistory = z.object({ service: z.string(), namespace: z.string(), items: z.array(StateSerial) });
export type StateHistory = z.infer<typeof StateHistory>;

/** What a state holds, for people: what is sensitive is '(sensitive)'. Dependencies are addresses without an index. */
export const StateContent = StateSerial.extend({
  terraformVersion: z.string().optional(),
  outputs: z.record(z.string(), z.object({ value: z.unknown(), sensitive: z.boolean().optional() })),
  contents: z.array(z.object({ address: z.string(), id: z.string().optional(), tainted: z.boolean().optional(), dependencies: z.array(z.string()).optional(), attributes: z.record(z.string(), z.unknown()) })),
});
export type StateContent = z.infer<typeof StateContent>;

export const RestoreStateRequest = z.strictObject({
  serial: z.int().min(0),
  /** Only say what would be done. */
  dryRun: z.boolean().default(false),
});
export type RestoreStateRequest = z.input<typeof RestoreStateRequest>;

export const RestoreStateAnswer = z.object({
  /** The new serial, which has the content of `from`; `was` is the one that it takes the place of. */
  serial: z.int(),
  from: z.int(),
  was: z.int(),
  /** Addresses that the restored state knows and the current one does not, and the other way round. */
  added: z.array(z.string()),
  removed: z.array(z.string()),
  dryRun: z.boolean(),
  /** What happens now. */
  next: z.string(),
});
export type RestoreStateAnswer = z.infer<typeof RestoreStateAnswer>;

/** Set by a restore of a state: the serial that the service must be made to agree with. */
export const restoredStateAnnotation = 'spawnit.dev/restored-state';
