import { tempDir, waitFor } from '@spawnit/testkit';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { RegistryGone } from '../../src/store/log/errors.js';
import { Registry } from '../../src/store/log/registry.js';
import { assertNotEmptied } from '../../src/store/known-store.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { startPlane } from '../agent/plane.js';
import { increment, put, server } from './registries.js';

const key = (seq: number) => `registry/log/${String(seq).padStart(20, '0')}`;

/** A running server with three commits, whose clock goes on by `step` at each look. */
async function running(t: { teardown(handler: () => unknown): void }, bucket: MemoryBucket, fatal: Error[]) {
  const clock = { ms: 0 };
  const registry = await server(t, new MemoryStore(bucket), { now: () => clock.ms, pollMs: 1e9, onFatal: (error) => fatal.push(error) });
  for (let i = 0; i < 3; i++) await increment(registry, 'n');
  return { clock, registry };
}

t.test('a server whose bucket was emptied stops at the next write or read, and leaves no new history in it', async (t) => {
  for (const act of ['write', 'sync'] as const) {
    const bucket = new MemoryBucket();
    const fatal: Error[] = [];
    const { clock, registry } = await running(t, bucket, fatal);
    for (const at of [...bucket.objects.keysFrom('')]) bucket.objects.delete(at);
    clock.ms += 5_000;
    await t.rejects<unknown>(act === 'write' ? increment(registry, 'n') : registry.sync());
    t.match(fatal, [RegistryGone], act);
    t.match(fatal[0]?.message, /commit 3 and has lost it.*restore a backup/);
    t.same([...bucket.objects.keysFrom('')], [], 'nothing is left in it');
    t.match(registry.health(), { ok: false, lastError: /has lost it/ });
  }
});

t.test('a server whose bucket holds another history now stops', async (t) => {
  const bucket = new MemoryBucket();
  const fatal: Error[] = [];
  const { clock, registry } = await running(t, bucket, fatal);
  const other = new MemoryBucket();
  const stranger = await Registry.open(new MemoryStore(other), { writer: 'stranger' });
  for (let i = 0; i < 3; i++) await put(stranger, 'theirs', { i });
  await stranger.close();
  for (const seq of [1, 2, 3]) bucket.objects.set(key(seq), other.objects.get(key(seq))!);
  clock.ms += 5_000;
  await t.rejects(increment(registry, 'n'));
  t.match(fatal, [RegistryGone]);
  t.match(fatal[0]?.message, /another history/);
  t.notOk(bucket.objects.has(key(4)));
});

t.test('a store that was away for a moment is looked at again at once', async (t) => {
  const bucket = new MemoryBucket();
  const fatal: Error[] = [];
  const refusals = { left: 0 };
  const store = new MemoryStore(bucket, () => (refusals.left-- > 0 ? { outcome: 'fail' } : undefined));
  const registry = await server(t, store, { now: () => 0, pollMs: 1e9, onFatal: (error) => fatal.push(error) });
  await increment(registry, 'n');
  for (const at of [...bucket.objects.keysFrom('')]) bucket.objects.delete(at);
  refusals.left = 1;
  await t.rejects(registry.sync(), RegistryGone);
  await waitFor(() => fatal.length > 0, { what: 'it to stop' });
  t.match(fatal, [RegistryGone]);
});

t.test('no new history is begun in a store that held one before and is empty at the start, until a person says so', async (t) => {
  const dataDir = tempDir(t);
  const dir = join(dataDir, 'store');
  const store = { driver: 'files' as const, dir };
  const plane = await startPlane(t, { dataDir, store });
  await plane.stop();
  await (await startPlane(t, { dataDir, store })).stop();
  rmSync(dir, { recursive: true });
  await t.rejects(startPlane(t, { dataDir, store }), { name: 'StoreEmptied', message: /is empty, and it held the registry up to commit \d+.*known-store\.json/ });
  rmSync(join(dataDir, 'known-store.json'));
  await (await startPlane(t, { dataDir, store })).stop();
});

t.test('that it can not be read whether a store has held anything is not taken for no', async (t) => {
  const dir = tempDir(t);
  await assertNotEmptied(dir, 'memory', 0);
  mkdirSync(join(dir, 'known-store.json')); // No file: it can be read by nobody, root included.
  await t.rejects(assertNotEmptied(dir, 'memory', 0), { code: 'EISDIR' } as unknown as Error);
});
