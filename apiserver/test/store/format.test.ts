import { adminPaths } from '@spawnit/contract';
import { tempDir, waitFor } from '@spawnit/testkit';
import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { RegistryNewer } from '../../src/store/log/errors.js';
import { formatKey } from '../../src/store/log/format.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { startPlane, type Plane } from '../agent/plane.js';
import { count, increment, put, server } from './registries.js';

const key = (seq: number) => `registry/log/${String(seq).padStart(20, '0')}`;
const formatAt = (bucket: MemoryBucket, at: string) => (JSON.parse(bucket.objects.get(at)!.toString().split('\n')[0]!) as { v: number }).v;

/** A log as the version before wrote it, byte by byte. */
function olderLog(commits: number): MemoryBucket {
  const bucket = new MemoryBucket();
  let prev = '0'.repeat(64);
  for (let seq = 1; seq <= commits; seq++) {
    const lines = [
      `{"v":1,"seq":${seq},"writer":"old","id":"old-${seq}","prev":"${prev}","time":"2026-01-01T00:00:00.000Z","txns":1}`,
      '{"author":"counter","ops":1}',
      `{"op":"put","key":"n","value":{"n":${seq}}}`,
    ];
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    prev = createHash('sha256').update(bytes).digest('hex');
    bucket.objects.set(key(seq), bytes);
  }
  return bucket;
}

t.test('a log of the version before is read, and written on in its format until the record says otherwise; the commit that says so is of the new one', async (t) => {
  const bucket = olderLog(4);
  const registry = await server(t, new MemoryStore(bucket), { snapshotEvery: 3 });
  t.equal(count(registry.view, 'n'), 4);
  await increment(registry, 'n');
  await increment(registry, 'n');
  const snapshot = (seq: number) => `registry/snapshots/${String(seq).padStart(20, '0')}`;
  await waitFor(() => bucket.objects.has(snapshot(6)), { what: 'a snapshot' });
  await put(registry, formatKey, { format: 2 });
  for (let i = 0; i < 2; i++) await increment(registry, 'n');
  await waitFor(() => bucket.objects.has(snapshot(9)), { what: 'the next snapshot' });
  t.same([5, 6, 7, 8, 9].map((seq) => formatAt(bucket, key(seq))), [1, 1, 2, 2, 2]);
  t.same([6, 9].map((seq) => formatAt(bucket, snapshot(seq))), [1, 2]);
  const restarted = await server(t, new MemoryStore(bucket));
  t.equal(count(restarted.view, 'n'), 8);
});

const newer = (bucket: MemoryBucket, at: string) => bucket.objects.set(at, Buffer.from(bucket.objects.get(at)!.toString().replace('"v":1', '"v":3')));

t.test('a server that meets what a newer one wrote does not start, and says what to do', async (t) => {
  const bucket = olderLog(4);
  newer(bucket, key(4));
  await t.rejects(server(t, new MemoryStore(bucket)), { name: 'RegistryNewer', key: key(4), message: /format 3, and this server knows 1 to 2: start the version that wrote it/ });
  const behind = olderLog(4);
  behind.objects.set(`registry/snapshots/${'3'.padStart(20, '0')}`, Buffer.from('{"v":3}\n{}\n'));
  await t.rejects(server(t, new MemoryStore(behind)), { name: 'RegistryNewer' });
});

t.test('a running server that meets a newer commit stops and writes nothing behind it', async (t) => {
  const bucket = olderLog(4);
  const fatal: Error[] = [];
  const registry = await server(t, new MemoryStore(bucket), { pollMs: 1e9, onFatal: (error) => fatal.push(error) });
  const next = olderLog(5);
  newer(next, key(5));
  bucket.objects.set(key(5), next.objects.get(key(5))!);
  await t.rejects(increment(registry, 'n'), { message: /format 3, and this server knows 1 to 2/ });
  t.match(fatal, [RegistryNewer]);
  await t.rejects(increment(registry, 'n'), { name: 'RegistryNewer' });
  t.notOk(bucket.objects.has(key(6)));
});

const format = (plane: Plane, method: 'GET' | 'POST') => plane.as('admin').transport.json<{ format: number }>({ method, path: adminPaths.format });

t.test('a new cluster begins with the newest format; an older one is raised by people, and not while a server is there that does not know it', async (t) => {
  const plane = await startPlane(t);
  t.match(await format(plane, 'GET'), { format: 2, newest: 2 });
  const { registry } = plane.context;
  await registry.write('test', () => ({ ops: [{ op: 'delete', key: formatKey }, { op: 'put', key: 'members/old', value: { url: 'http://old:7080', renewals: 1 } }], result: undefined }));
  await t.rejects(format(plane, 'POST'), { code: 'Conflict', message: /format 2 is not known to http:\/\/old:7080: upgrade or stop/ });
  t.match(await format(plane, 'GET'), { format: 1 });
  await registry.write('test', () => ({ ops: [{ op: 'delete', key: 'members/old' }], result: undefined }));
  t.match(await format(plane, 'POST'), { format: 2 });
  await t.rejects(plane.as('scheduler').transport.json({ path: adminPaths.format }), { code: 'Forbidden' });
});

t.test('a data directory that has served one cluster refuses the bucket of another, even with the same root key', async (t) => {
  const [one, two] = [tempDir(t), tempDir(t)];
  const store = (dir: string) => ({ driver: 'files' as const, dir: join(dir, 'store') });
  await (await startPlane(t, { dataDir: one, store: store(one) })).stop();
  cpSync(join(one, 'keys'), join(two, 'keys'), { recursive: true });
  await (await startPlane(t, { dataDir: two, store: store(two) })).stop();
  await t.rejects(startPlane(t, { dataDir: one, store: store(two) }), { name: 'StoreOfAnother', message: /holds cluster .*has served cluster .*nothing is written/ });
});
