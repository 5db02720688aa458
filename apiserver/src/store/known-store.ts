import { readIfThere } from '@spawnit/controller';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** That a store has held a registry is kept beside the keys: an emptied one must not pass for a new one. */
const Known = z.object({ store: z.string(), seq: z.int(), cluster: z.string().optional() });

/** A store that held the registry and is empty now. */
class StoreEmptied extends Error {
  override readonly name = 'StoreEmptied';

  constructor(store: string, seq: number, file: string) {
    super(`${store} is empty, and it held the registry up to commit ${seq} or later when this server ran last: no new history is begun in it. Bring its objects back, or restore a backup; or, to begin anew and give up all that was, remove ${file}`);
  }
}

/** The store holds another cluster than this server has served. */
class StoreOfAnother extends Error {
  override readonly name = 'StoreOfAnother';

  constructor(store: string, theirs: string, ours: string, file: string) {
    super(`${store} holds cluster ${theirs}, and this data directory has served cluster ${ours}: nothing is written. Choose the bucket of that cluster, or the data directory of this one; or, to have this server join ${theirs} from now on, remove ${file}`);
  }
}

/** Throws StoreOfAnother when this data directory is known to belong to another cluster than `cluster`. */
export async function assertSameCluster(dataDir: string, store: string, cluster: string): Promise<void> {
  const known = await knownIn(dataDir);
  if (known?.cluster !== undefined && known.cluster !== cluster) throw new StoreOfAnother(store, cluster, known.cluster, fileIn(dataDir));
}

/** Throws StoreEmptied when the registry is at its very beginning (`seq` 0) and was not before. */
export async function assertNotEmptied(dataDir: string, store: string, seq: number): Promise<void> {
  const known = await knownIn(dataDir);
  if (seq === 0 && known?.store === store) throw new StoreEmptied(store, known.seq, fileIn(dataDir));
}

async function knownIn(dataDir: string): Promise<z.infer<typeof Known> | undefined> {
  const text = await readIfThere(fileIn(dataDir));
  return text === undefined ? undefined : Known.parse(JSON.parse(text.toString()));
}

export async function noteStore(dataDir: string, { store, seq, cluster }: z.infer<typeof Known>): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const half = `${fileIn(dataDir)}.half`;
  await writeFile(half, JSON.stringify({ store, seq, cluster }), { mode: 0o600, flush: true });
  await rename(half, fileIn(dataDir));
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'known-store.json');
}
