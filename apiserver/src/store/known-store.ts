import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** That a store has held a registry is kept beside the keys: an emptied one must not pass for a new one. */
const Known = z.object({ store: z.string(), seq: z.int() });

/** A store that held the registry and is empty now. */
export class StoreEmptied extends Error {
  override readonly name = 'StoreEmptied';

  constructor(store: string, seq: number, file: string) {
    super(`${store} is empty, and it held the registry up to commit ${seq} or later when this server ran last: no new history is begun in it. Bring its objects back, or restore a backup; or, to begin anew and give up all that was, remove ${file}`);
  }
}

/** Throws StoreEmptied when the registry is at its very beginning (`seq` 0) and was not before. */
export async function assertNotEmptied(dataDir: string, store: string, seq: number): Promise<void> {
  const file = fileIn(dataDir);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined || seq > 0) return;
  const known = Known.parse(JSON.parse(text));
  if (known.store === store) throw new StoreEmptied(store, known.seq, file);
}

export async function noteStore(dataDir: string, store: string, seq: number): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const half = `${fileIn(dataDir)}.half`;
  await writeFile(half, JSON.stringify({ store, seq }), { mode: 0o600, flush: true });
  await rename(half, fileIn(dataDir));
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'known-store.json');
}
