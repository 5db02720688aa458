import { z } from 'zod';

/** One of the keys that seal states and secrets. */
export const KeyStatus = z.object({
  id: z.string(),
  created: z.string(),
  by: z.string(),
  /** Active: it seals. Sealing: what is under it is being sealed anew. Emptied: only the log that is kept still names what it sealed. */
  state: z.enum(['Active', 'Sealing', 'Emptied']),
  /** Records and states that are still under it. */
  records: z.int(),
  states: z.int(),
  /** The sequence of the log from which on nothing is named under it: it is destroyed once the log begins after that. */
  emptiedAt: z.int().optional(),
});
export type KeyStatus = z.infer<typeof KeyStatus>;

export const RotateRootAnswer = z.object({
  /** Of the root key that is in force, and of the one before. */
  fingerprint: z.string(),
  was: z.string(),
  /** What people have to do now. */
  next: z.string(),
});
export type RotateRootAnswer = z.infer<typeof RotateRootAnswer>;

export const KeysStatus = z.object({
  /** Fingerprint of the root key, which all of them are wrapped with. */
  root: z.string(),
  keys: z.array(KeyStatus),
  /** So much is to be sealed anew. */
  left: z.int(),
  /** Why it does not go on at this moment, as this server sees it. */
  trouble: z.string().optional(),
});
export type KeysStatus = z.infer<typeof KeysStatus>;
