import { z } from 'zod';
import { openFileStore } from './files.js';
import { MemoryStore } from './memory.js';
import type { ObjectStore } from './object-store.js';
import { openS3Store } from './s3.js';

/** Which store holds everything. */
export const StoreConfig = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('files'), dir: z.string().min(1) }),
  z.strictObject({
    driver: z.literal('s3'),
    endpoint: z.url({ protocol: /^https?$/ }),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be a bucket name: 3 to 63 of a-z, 0-9, dots and hyphens'),
    region: z.string().min(1).default('us-east-1'),
    accessKeyId: z.string().min(1),
    secretAccessKey: z.string().min(1),
  }),
  z.strictObject({ driver: z.literal('memory') }),
]);
export type StoreConfig = z.infer<typeof StoreConfig>;

/** Opens the store. Throws StoreUnavailable, or UnfitStore when it can't be relied on. */
export async function openObjectStore(config: StoreConfig): Promise<ObjectStore> {
  switch (config.driver) {
    case 'files':
      return await openFileStore(config.dir);
    case 's3':
      return await openS3Store(config);
    case 'memory':
      return new MemoryStore();
  }
}
