import { waitFor } from '@spawnit/testkit';
import t from 'tap';
import { PointNotKept } from '../../src/store/log/errors.js';
import { oldestPoint, pointAt, recordsAt } from '../../src/store/log/point.js';
import { Registry } from '../../src/store/log/registry.js';
import type { RegistryOptions } from '../../src/store/log/options.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { count, increment } from './registries.js';

const snapshotKey = (seq: number) => `registry/snapshots/${String(seq).padStart(20, '0')}`;

/** Thirty commits, a second apart, each of which counts on; with snapshots at 10, 20 and 30. */
async function counted(options: Partial<RegistryOptions> = {}): Promise<{ bucket: MemoryBucket; store: MemoryStore }> {
  const bucket = new MemoryBucket();
  const clock = { ms: 0 };
  const registry = await Registry.open(new MemoryStore(bucket), { writer: 'test', snapshotEvery: 10, now: () => clock.ms, monotonic: () => clock.ms, ...options });
  for (let i = 1; i <= 30; i++) {
    clock.ms += 1_000;
    await increment(registry, 'n');
    if (i % 10 === 0) await waitFor(() => bucket.objects.has(snapshotKey(i)), { what: 'the snapshot' });
  }
  await registry.close();
  return { bucket, store: new MemoryStore(bucket) };
}

t.test('the records of any sequence are those that were there right after it', async (t) => {
  const { store } = await counted();
  for (const seq of [1, 9, 10, 11, 25, 30]) {
    const past = await recordsAt(store, seq);
    t.equal(count(past.records, 'n'), seq);
    t.match(past, { seq, time: new Date(seq * 1_000).toISOString(), head: { seq } });
  }
  await t.rejects(recordsAt(store, 31), { name: 'PointNotKept', message: /the log ends at 30/ });
});

t.test('a torn snapshot is passed over for an older one', async (t) => {
  const { bucket, store } = await counted();
  bucket.objects.set(snapshotKey(20), bucket.objects.get(snapshotKey(20))!.subarray(0, 50));
  t.equal(count((await recordsAt(store, 25)).records, 'n'), 25);
});

t.test('a time stands for the last commit before the first later one', async (t) => {
  const { store } = await counted();
  for (const [ms, seq] of [[1_000, 1], [9_999, 9], [10_000, 10], [25_500, 25], [1e9, 30]] as const) t.equal((await pointAt(store, ms)).seq, seq, `${ms} ms`);
  await t.rejects(pointAt(store, 999), { name: 'PointNotKept', message: /the oldest point is sequence 1 \(1970-01-01T00:00:01/ });
});

t.test('what was trimmed is refused, and the oldest that is kept is named', async (t) => {
  const { store } = await counted({ keepLogMs: 5_000 });
  const { seq } = await oldestPoint(store);
  t.ok(seq > 1);
  t.equal(count((await recordsAt(store, seq)).records, 'n'), seq);
  await t.rejects(recordsAt(store, seq - 1), PointNotKept);
  await t.rejects(recordsAt(store, seq - 1), { message: new RegExp(`the oldest point is sequence ${seq} `) });
  await t.rejects(pointAt(store, 1_000), PointNotKept);
});

t.test('a changed commit on the way is named', async (t) => {
  const { bucket, store } = await counted();
  const key = `registry/log/${String(23).padStart(20, '0')}`;
  bucket.objects.set(key, Buffer.from(bucket.objects.get(key)!.toString().replace('{"n":23}', '{"n":99}')));
  await t.rejects(recordsAt(store, 25), { name: 'RegistryDamaged' });
});
