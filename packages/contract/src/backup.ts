import { z } from 'zod';

export const BackupSummary = z.object({
  number: z.int(),
  /** The last commit that it holds. */
  sequence: z.int(),
  time: z.string(),
  objects: z.int(),
  bytes: z.int(),
  /** Objects that were new in it. */
  copied: z.int(),
  /** Of the root key that it needs. */
  keyFingerprint: z.string(),
});
export type BackupSummary = z.infer<typeof BackupSummary>;

/** How the last attempt ended, whichever server made it. */
export const BackupOutcome = z.object({
  run: z.string(),
  outcome: z.enum(['Succeeded', 'Failed']),
  time: z.string(),
  number: z.int().optional(),
  /** Attempts that failed in a row, this one included. */
  failures: z.int().optional(),
  message: z.string(),
});
export type BackupOutcome = z.infer<typeof BackupOutcome>;

export const BackupStatus = z.object({
  /** Where backups go, without secrets; absent when none was configured. */
  target: z.string().optional(),
  everyMinutes: z.number(),
  keep: z.int(),
  /** Until the server that answers makes one by itself: an interval, less after a failure. Absent: only when asked. */
  nextInSeconds: z.number().optional(),
  /** By the server that answers. */
  running: z.object({ run: z.string(), done: z.int(), total: z.int(), bytes: z.int() }).optional(),
  last: BackupOutcome.optional(),
  backups: z.array(BackupSummary),
});
export type BackupStatus = z.infer<typeof BackupStatus>;

/** The answer to a request for a backup: it goes on by itself, and its outcome has this id. */
export const BackupStarted = z.object({ run: z.string() });
export type BackupStarted = z.infer<typeof BackupStarted>;
