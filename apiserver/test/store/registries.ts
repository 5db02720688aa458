import type { Teardown } from '@spawnit/testkit';
import type { ObjectStore } from '../../src/store/object-store.js';
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

export function put(registry: Registry, key: string, value: Record<string, string | number>): Promise<WriteResult<void>> {
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
