import { waitFor, type Teardown } from '@spawnit/testkit';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import type { ObjectStore } from '../../src/store/object-store.js';
import type { JsonObject } from '../../src/store/log/json.js';
import type { RegistryOptions } from '../../src/store/log/options.js';
import { Registry } from '../../src/store/log/registry.js';
import type { WriteResult } from '../../src/store/log/pending.js';
import type { Change, RecordEntry, View } from '../../src/store/log/view.js';

/** A server's registry, closed with the test. */
export async function server(t: Teardown, store: ObjectStore, options: Partial<RegistryOptions> = {}): Promise<Registry> {
  const registry = await Registry.open(store, { writer: 'test', ...options });
  t.teardown(() => registry.close());
  return registry;
}

/** Adds one to a counter, and gives what it became. */
export function increment(registry: Registry, key: string): Promise<WriteResult<number>> {
  return registry.write('counter', (view) => {
    const n = count(view, key) + 1;
    return { ops: [{ op: 'put', key, value: { n } }], result: n };
  });
}

export function count(view: View, key: string): number {
  return (view.get(key)?.value['n'] ?? 0) as number;
}

export function put(registry: Registry, key: string, value: JsonObject): Promise<WriteResult<void>> {
  return registry.write('test', () => ({ ops: [{ op: 'put', key, value }], result: undefined }));
}

export function all(view: View, prefix = ''): RecordEntry[] {
  return [...view.list(prefix)].map(({ key, value, rv }) => ({ key, value, rv }));
}

/** Everything a watch delivers from here on. */
export function watched(registry: Registry, options: { prefix?: string; after?: number } = {}): Change[] {
  const changes: Change[] = [];
  registry.watch({ after: registry.rv, ...options }, (change) => changes.push(change));
  return changes;
}

/** Runs `work` for 0, 1, 2 … n-1, all at once. */
export function times<T>(n: number, work: (i: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: n }, (_, i) => work(i)));
}

/** A bucket whose log was trimmed to its last two snapshots, at commits 20 and 30. */
export async function trimmed(bucket = new MemoryBucket()): Promise<MemoryBucket> {
  const clock = { ms: 0 };
  // Time flies: when a snapshot is written its own commit, too, is older than what must be kept.
  const now = () => (clock.ms += 2000);
  const registry = await Registry.open(new MemoryStore(bucket), { writer: 'test', snapshotEvery: 10, keepLogMs: 1000, now, monotonic: now });
  for (let i = 0; i < 30; i++) {
    await put(registry, `k/${i % 4}`, { i });
    if (i % 10 === 9) await waitFor(() => bucket.objects.has(`registry/snapshots/${String(i + 1).padStart(20, '0')}`), { what: 'the snapshot' });
  }
  await registry.close();
  return bucket;
}
