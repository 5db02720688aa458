import t from 'tap';
import { waitFor } from '@spawnit/testkit';
import { WatchExpired } from '../../src/store/log/errors.js';
import type { Registry } from '../../src/store/log/registry.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { put, server, watched } from './registries.js';

const strange = ['plain', '"value":', 'tab\tand "quotes"', 'Grüße 🙂', '\\', ''];

function measured(registry: Registry): number {
  return [...registry.view.list('')].reduce((sum, { value }) => sum + JSON.stringify(value).length, 0);
}

t.test('the size of all records is known, whether they were written here, read from the log or from a snapshot', async (t) => {
  const bucket = new MemoryBucket();
  const options = { snapshotEvery: 10 };
  const registry = await server(t, new MemoryStore(bucket), options);
  for (let i = 0; i < 35; i++) {
    const text = strange[i % strange.length]!;
    await put(registry, `k/${text}${i % 7}`, { text: text.repeat(i), i });
    if (i % 5 === 0) await registry.write('test', () => ({ ops: [{ op: 'delete', key: `k/${text}${i % 7}` }], result: undefined }));
    t.equal(registry.load().recordBytes, measured(registry));
  }
  await waitFor(() => [...bucket.objects.keysFrom('registry/snapshots/')].length >= 2, { what: 'two snapshots' });
  const restarted = await server(t, new MemoryStore(bucket), options);
  t.equal(restarted.load().recordBytes, measured(restarted));
  t.equal(measured(restarted), measured(registry));
});

t.test('what watches resume from is bounded by its size, however few changes that are', async (t) => {
  const registry = await server(t, new MemoryStore(), { historyBytes: 10_000 });
  const all = watched(registry);
  for (let i = 0; i < 100; i++) {
    await put(registry, 'big', { i, text: 'x'.repeat(1_000) });
    const { historyBytes, mostHistoryBytes } = registry.load();
    t.ok(historyBytes <= mostHistoryBytes, `${historyBytes} of ${mostHistoryBytes}`);
  }
  t.equal(all.length, 100, 'who keeps up misses nothing');
  t.throws(() => watched(registry, { after: registry.oldestRv - 1 }), WatchExpired);
  t.ok(registry.load().history >= 4, 'about as many are kept as may be');
  for (let i = 0; i < 100; i++) await put(registry, `small/${i}`, { i });
  t.ok(registry.load().history >= 100, 'and more of them when they are small');
});

t.test('one change that is larger than all that may be kept reaches who watches', async (t) => {
  const registry = await server(t, new MemoryStore(), { historyBytes: 100 });
  const changes = watched(registry);
  await put(registry, 'big', { text: 'x'.repeat(1_000) });
  await put(registry, 'big', {});
  t.equal(changes.length, 2);
  t.match(registry.load(), { history: 0, historyBytes: 0 });
  await put(registry, 'next', {});
  t.equal(changes.length, 3);
  t.same(watched(registry, { after: registry.rv }), []);
});
