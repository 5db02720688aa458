import { z } from 'zod';
import type { Manifest } from '../backup/manifest.js';
import { BackupRefused } from '../backup/errors.js';
import type { ObjectStore } from '../store/object-store.js';

/** Stands in a store while a backup is being restored into it. */
export const unfinishedKey = 'restore/unfinished';

/** What was chosen at the beginning, so that whoever goes on writes the very same. */
const Unfinished = z.object({ cluster: z.string(), number: z.int(), steps: z.int().min(1), id: z.string(), time: z.string() });
export type Unfinished = z.infer<typeof Unfinished>;

export async function readUnfinished(objects: ObjectStore): Promise<Unfinished | undefined> {
  const bytes = await objects.get(unfinishedKey);
  return bytes && Unfinished.parse(JSON.parse(bytes.toString()));
}

/**
 * Of two servers that begin at once one decides for both. Undefined when another has filled the store meanwhile. Throws
 * BackupRefused when something else is being restored.
 */
export async function beginUnfinished({ objects, random, now }: Beginning, { cluster, number }: Manifest, isEmpty: () => Promise<boolean>): Promise<Unfinished | undefined> {
  const mine: Unfinished = { cluster, number, steps: 1 + (random(4).readUInt32BE() % 1_000_000), id: random(16).toString('hex'), time: now() };
  const put = await objects.putIfAbsent(unfinishedKey, Buffer.from(JSON.stringify(mine)));
  const first = await readUnfinished(objects);
  if (put === 'created' && !(await isEmpty())) {
    await objects.delete(unfinishedKey);
    return undefined;
  }
  if (first?.cluster === cluster && first.number === number) return first;
  if (first === undefined) return undefined;
  throw new BackupRefused(`${objects.name}: backup ${first.number} is being restored here: start with SPAWNIT_RESTORE_FROM_BACKUP=${first.number}, or empty the store`);
}

interface Beginning {
  objects: ObjectStore;
  random: (bytes: number) => Buffer;
  now: () => string;
}
