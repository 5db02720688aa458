import { randomUUID } from 'node:crypto';
import type { ObjectStore } from './object-store.js';

/** A store that would overwrite an object it was told to create only if absent. */
class UnfitStore extends Error {
  override readonly name = 'UnfitStore';

  constructor(store: string, what: string) {
    super(`${store} can't hold the registry: ${what}. Use one that honours 'If-None-Match: *' on PUT (MinIO, AWS S3, Ceph since 19)`);
  }
}

/** Tries, on an object of its own, what the registry relies on. Throws UnfitStore or StoreUnavailable. */
export async function proveConditionalWrites(store: ObjectStore): Promise<void> {
  const key = `probes/${randomUUID()}`;
  const first = Buffer.from('first');
  try {
    const put = await store.putIfAbsent(key, first);
    if (put !== 'created') throw new UnfitStore(store.name, 'it says that a new object exists');
    if ((await store.putIfAbsent(key, Buffer.from('second'))) !== 'exists') {
      throw new UnfitStore(store.name, 'it overwrote an object that was to be created only if absent');
    }
    const read = await store.get(key);
    if (!read?.equals(first)) throw new UnfitStore(store.name, 'it does not give back what was just written');
    if (!(await store.list('probes/')).includes(key)) throw new UnfitStore(store.name, 'it does not list what was just written');
  } finally {
    await store.delete(key).catch(() => undefined);
  }
}
