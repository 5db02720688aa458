import { waitFor, type Teardown } from '@spawnit/testkit';
import t from 'tap';
import { RegistryLeftBehind } from '../../src/store/log/errors.js';
import type { Registry } from '../../src/store/log/registry.js';
import { MemoryBucket, MemoryStore, type FaultHook } from '../../src/store/memory.js';
import { gate } from './faults.js';
import { put, server, trimmed } from './registries.js';

const key = (seq: number) => `registry/log/${String(seq).padStart(20, '0')}`;

interface Sleeper {
  bucket: MemoryBucket;
  registry: Registry;
  /** Its own monotonic one. */
  clock: { ms: number };
  fatal: Error[];
}

/** A server that knows one commit, is stopped now and then, and asks the store only when it is asked. */
async function sleeper(t: Teardown, fault?: FaultHook): Promise<Sleeper> {
  const [bucket, clock, fatal] = [new MemoryBucket(), { ms: 0 }, [] as Error[]];
  const registry = await server(t, new MemoryStore(bucket, fault), { keepLogMs: 1_000, now: () => 0, monotonic: () => clock.ms, pollMs: 1e9, onFatal: (error: Error) => fatal.push(error) });
  await put(registry, 'k/0', { i: -1 });
  return { bucket, registry, clock, fatal };
}

t.test('a server that slept while its next slots were trimmed stops, and acknowledges nothing', async (t) => {
  for (const act of ['write', 'sync'] as const) {
    const { bucket, registry, clock, fatal } = await sleeper(t);
    await trimmed(bucket);
    t.notOk(bucket.objects.has(key(2)), 'its next slot is empty again');
    clock.ms += 20_000;
    await t.rejects<unknown>(act === 'write' ? put(registry, 'lost', {}) : registry.sync());
    t.match(fatal, [RegistryLeftBehind], act);
    t.notOk(bucket.objects.has(key(2)), 'it leaves nothing behind');
  }
});

t.test('one that is stopped between asking and hearing that its next slot is empty knows how old that answer is', async (t) => {
  let sleep: (() => void) | undefined;
  const { bucket, registry, clock, fatal } = await sleeper(t, ({ op, key: at }) => {
    if (op !== 'get' || at !== key(2) || sleep === undefined) return undefined;
    return { after: Promise.resolve().then(sleep) };
  });
  sleep = () => (clock.ms += 20_000);
  await registry.sync();
  sleep = undefined;
  await trimmed(bucket);
  await t.rejects<unknown>(put(registry, 'lost', {}));
  t.match(fatal, [RegistryLeftBehind]);
  t.notOk(bucket.objects.has(key(2)), 'it leaves nothing behind');
});

t.test('a commit that is on its way while its slot is trimmed is not taken for one of the log', async (t) => {
  const way = gate();
  let isOnItsWay = false;
  const { bucket, registry, clock, fatal } = await sleeper(t, ({ op, key: at }) => {
    if (op !== 'putIfAbsent' || at !== key(2)) return undefined;
    isOnItsWay = true;
    return { before: way.opened };
  });
  clock.ms += 20_000;
  const lost = t.rejects<unknown>(put(registry, 'lost', {}));
  await waitFor(() => isOnItsWay, { what: 'the put' });
  await trimmed(bucket);
  way.open();
  await lost;
  t.match(fatal, [RegistryLeftBehind]);
  t.notOk(bucket.objects.has(key(2)), 'it leaves nothing behind');
});

t.test('who can not tell any more whether it was left behind stops, and leaves a commit that follows the log where it is', async (t) => {
  let away = false;
  const { bucket, registry, clock, fatal } = await sleeper(t, ({ op, key: at }) => (away && op === 'get' && at === key(1) ? { outcome: 'fail' } : undefined));
  await put(registry, 'k/0', { i: -2 });
  const other = await server(t, new MemoryStore(bucket), { snapshotEvery: 2 });
  for (let i = 0; i < 4; i++) await put(other, 'k/1', { i });
  await waitFor(() => [...bucket.objects.keysFrom('registry/snapshots/')].length === 2, { what: 'two snapshots' });
  clock.ms += 20_000;
  away = true; // It reads on, and can't look whether what it knew is still there.
  const synced = registry.sync().catch(() => undefined);
  await waitFor(() => registry.view.seq === 6, { what: 'that it has read on' });
  clock.ms += 20_000; // It was stopped again, and lets nobody put theirs first.
  const doubtful = t.rejects<unknown>(put(registry, 'doubtful', {}));
  await waitFor(() => bucket.objects.has(key(7)), { what: 'its commit' });
  await put(other, 'after/it', {});
  for (let seq = 1; seq < 6; seq++) bucket.objects.delete(key(seq)); // As trimming to the last two snapshots does.
  away = false;
  await Promise.all([doubtful, synced]);
  t.match(fatal, [RegistryLeftBehind]);
  t.ok(bucket.objects.has(key(7)), 'others have read it and gone on from it');
});
