import { createHash } from 'node:crypto';

/** 32 bytes that seal what the bucket must not be able to read; `id` (16 hexadecimal digits) stands in each envelope. */
export interface DataKey {
  id: string;
  key: Buffer;
}

/** The keys of this cluster, as they are at this very moment: a rotation changes them at a commit. */
export interface DataKeys {
  /** Seals everything new. */
  active(): DataKey;
  /** Undefined for a key that there is not, or not any more. */
  find(id: string): DataKey | undefined;
}

export const idBytes = 8;

export function dataKey(key: Buffer): DataKey {
  return { id: createHash('sha256').update('spawnit/envelope-id').update(key).digest().subarray(0, idBytes).toString('hex'), key };
}

/** One that is never rotated. */
export function oneKey(key: Buffer): DataKeys {
  const only = dataKey(key);
  return { active: () => only, find: (id) => (id === only.id ? only : undefined) };
}
