import { randomUUID } from 'node:crypto';
import { startMinio, tempDir } from '@spawnit/testkit';
import type { Minio, Teardown } from '@spawnit/testkit';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import type { ObjectStore } from '../../src/store/object-store.js';
import { openObjectStore } from '../../src/store/store-config.js';
import type { StoreConfig } from '../../src/store/store-config.js';

/** Opens one more connection to the same, at first empty, store. */
export type OpenStore = () => Promise<ObjectStore>;

export interface Driver {
  name: StoreConfig['driver'];
  /** A new empty store. */
  empty(t: Teardown): OpenStore;
}

/** Every driver, on its real part; MinIO ends with the test `t`. */
export async function allDrivers(t: Teardown): Promise<Driver[]> {
  const minio = await startMinio({ t });
  return [
    { name: 'memory', empty: () => memory(new MemoryBucket()) },
    { name: 'files', empty: (t) => opener({ driver: 'files', dir: tempDir(t) }, t) },
    { name: 's3', empty: (t) => opener(s3Config(minio), t) },
  ];
}

/** A bucket of its own. */
export function s3Config(minio: Minio, endpoint = minio.endpoint): StoreConfig {
  const { region, accessKey: accessKeyId, secretKey: secretAccessKey } = minio;
  return { driver: 's3', endpoint, bucket: `test-${randomUUID()}`, region, accessKeyId, secretAccessKey };
}

/** Stores that are closed with the test. */
export function opener(config: StoreConfig, t: Teardown): OpenStore {
  return async () => {
    const store = await openObjectStore(config);
    t.teardown(() => store.close());
    return store;
  };
}

function memory(bucket: MemoryBucket): OpenStore {
  return async () => new MemoryStore(bucket);
}
