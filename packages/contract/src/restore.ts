import { z } from 'zod';
import { Name } from './meta.js';

/** Makes what was declared as it was at a point of the log: a sequence, or the last one not later than a time. */
export const RestoreRequest = z.strictObject({
  to: z.union([z.int().min(1), z.iso.datetime({ offset: true, error: 'must be a sequence or a time such as 2026-01-31T12:00:00Z' })]),
  /** Only what is in this namespace. */
  namespace: Name.optional(),
  /** What was made since then stays; else it is deleted. */
  keepNew: z.boolean().default(false),
  /** Only tells what would change. */
  dryRun: z.boolean().default(false),
});
export type RestoreRequest = z.infer<typeof RestoreRequest>;

export const restoreActions = ['Return', 'Change', 'Delete', 'Cancel', 'Keep'] as const;
export const RestoreChange = z.object({
  /** Return: it was deleted since and comes back. Cancel: a job is asked to end. Keep: it can't or must not go back, `note` says why. */
  action: z.enum(restoreActions),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  /** Dotted paths that differ. */
  fields: z.array(z.string()).optional(),
  note: z.string().optional(),
});
export type RestoreChange = z.infer<typeof RestoreChange>;

export const LogPoint = z.object({ sequence: z.int(), time: z.string() });
export const RestoreAnswer = z.object({ to: LogPoint, head: LogPoint, dryRun: z.boolean(), changes: z.array(RestoreChange) });
export type RestoreAnswer = z.infer<typeof RestoreAnswer>;

/** Who changed what, newest last: to find the sequence to go back to. */
export const HistoryQuery = z.strictObject({
  last: z.coerce.number().int().min(1).max(1_000).default(30),
  /** Only transactions of callers whose name begins so. */
  by: z.string().max(100).optional(),
});
export const LogEntry = z.object({ sequence: z.int(), time: z.string(), by: z.string(), put: z.array(z.string()), deleted: z.array(z.string()) });
export type LogEntry = z.infer<typeof LogEntry>;
export const HistoryAnswer = z.object({
  /** The newest sequence that there is. */
  head: z.int(),
  entries: z.array(LogEntry),
});
export type HistoryAnswer = z.infer<typeof HistoryAnswer>;
