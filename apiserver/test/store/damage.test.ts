import t from 'tap';
import { RegistryDamaged } from '../../src/store/log/errors.js';
import { Registry } from '../../src/store/log/registry.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { waitFor } from '@spawnit/testkit';
import { all, count, increment, put, server, trimmed } from './registries.js';

const key = (seq: number) => `registry/log/${String(seq).padStart(20, '0')}`;

/** A bucket with ten commits, and a change made to it behind the registry's back. */
async function tampered(change: (bucket: MemoryBucket) => void): Promise<MemoryStore> {
  const bucket = new MemoryBucket();
  const registry = await Registry.open(new MemoryStore(bucket), { writer: 'test' });
  for (let i = 0; i < 10; i++) await increment(registry, 'n');
  await registry.close();
  change(bucket);
  return new MemoryStore(bucket);
}

function edit(bucket: MemoryBucket, at: string, change: (text: string) => string): void {
  bucket.objects.set(at, Buffer.from(change(bucket.objects.get(at)!.toString())));
}

const damages: [what: string, named: string, change: (bucket: MemoryBucket) => void][] = [
  ['a changed value breaks the chain', key(6), (b) => edit(b, key(5), (text) => text.replace('{"n":5}', '{"n":9}'))],
  ['a changed author breaks the chain', key(6), (b) => edit(b, key(5), (text) => text.replace('counter', 'mallory'))],
  ['a commit put in the place of another', key(5), (b) => b.objects.set(key(5), b.objects.get(key(4))!)],
  ['a missing commit', key(5), (b) => b.objects.delete(key(5))],
  ['a missing beginning', key(1), (b) => b.objects.delete(key(1))],
  ['an empty commit', key(10), (b) => b.objects.set(key(10), Buffer.alloc(0))],
  ['a commit cut within a line', key(10), (b) => edit(b, key(10), (text) => text.slice(0, -5))],
  ['a commit cut at the end of a line', key(10), (b) => edit(b, key(10), (text) => `${text.split('\n').slice(0, 2).join('\n')}\n`)],
  ['a commit with a line too many', key(10), (b) => edit(b, key(10), (text) => `${text}{}\n`)],
  ['a commit that is no JSON', key(10), (b) => b.objects.set(key(10), Buffer.from('<xml/>\n'))],
  ['an operation of an unknown kind', key(10), (b) => edit(b, key(10), (text) => text.replace('"op":"put"', '"op":"increment"'))],
  ['a commit without a format', key(10), (b) => edit(b, key(10), (text) => text.replace('"v":1,', ''))],
  ['a foreign object in the log', 'registry/log/README.txt', (b) => b.objects.set('registry/log/README.txt', Buffer.from('x'))],
  ['a foreign object among the snapshots', 'registry/snapshots/latest', (b) => b.objects.set('registry/snapshots/latest', Buffer.from('x'))],
];

for (const [what, named, change] of damages) {
  t.test(`stops the start, naming the object: ${what}`, async (t) => {
    const store = await tampered(change);
    await t.rejects(server(t, store), { name: 'RegistryDamaged', key: named, message: named });
  });
}

t.test('a foreign object in the next slot stops a running server before it answers another write', async (t) => {
  const bucket = new MemoryBucket();
  const fatal: Error[] = [];
  const registry = await server(t, new MemoryStore(bucket), { pollMs: 1e9, onFatal: (error) => fatal.push(error) });
  await increment(registry, 'n');
  bucket.objects.set(key(2), Buffer.from('mine!'));
  await t.rejects(increment(registry, 'n'), { message: /registry\/log\/0+2 / });
  t.match(fatal, [RegistryDamaged]);
  await t.rejects(increment(registry, 'n'), RegistryDamaged);
  t.match(registry.health(), { ok: false, lastError: /registry\/log\/0+2 / });
  t.equal(count(registry.view, 'n'), 1);
});

t.test('a torn snapshot is passed over: the log still has it all', async (t) => {
  const bucket = new MemoryBucket();
  const registry = await server(t, new MemoryStore(bucket), { snapshotEvery: 5 });
  for (let i = 0; i < 10; i++) await increment(registry, 'n');
  const snapshots = () => [...bucket.objects.keysFrom('registry/snapshots/')];
  await waitFor(() => snapshots().length === 2, { what: 'two snapshots' });
  for (const torn of [snapshots()[1]!, snapshots()[0]!]) {
    edit(bucket, torn, (text) => text.slice(0, text.length / 2));
    t.equal(count((await server(t, new MemoryStore(bucket))).view, 'n'), 10);
  }
});

t.test('a changed snapshot is passed over too', async (t) => {
  const bucket = new MemoryBucket();
  const registry = await server(t, new MemoryStore(bucket), { snapshotEvery: 5 });
  for (let i = 0; i < 5; i++) await increment(registry, 'n');
  const snapshot = await waitFor(() => [...bucket.objects.keysFrom('registry/snapshots/')][0], { what: 'a snapshot' });
  edit(bucket, snapshot, (text) => text.replace('{"n":5}', '{"n":7}'));
  t.equal(count((await server(t, new MemoryStore(bucket))).view, 'n'), 5);
});

t.test('old commits go, the last two snapshots and all after them stay', async (t) => {
  const bucket = await trimmed();
  const log = [...bucket.objects.keysFrom('registry/log/')].filter((k) => k.startsWith('registry/log/'));
  t.same(log, Array.from({ length: 11 }, (_, i) => key(20 + i)));
  t.same([...bucket.objects.keysFrom('registry/snapshots/')].map((k) => Number(k.split('/')[2])), [20, 30]);
  const restarted = await server(t, new MemoryStore(bucket));
  t.same(all(restarted.view).map(({ value }) => value['i']), [28, 29, 26, 27]);
  await put(restarted, 'goes/on', {});
  const kept = [];
  for await (const { header } of restarted.history()) kept.push(header.seq);
  t.same(kept, Array.from({ length: 12 }, (_, i) => 20 + i));
});

t.test('young commits stay, however many snapshots there are', async (t) => {
  const bucket = new MemoryBucket();
  const registry = await server(t, new MemoryStore(bucket), { snapshotEvery: 10 });
  for (let i = 0; i < 50; i++) await increment(registry, 'n');
  await registry.close();
  t.ok(bucket.objects.has(key(1)));
});

t.test('a wall clock that is far ahead removes nothing that others may not have read', async (t) => {
  const bucket = new MemoryBucket();
  const clock = { ms: 0 };
  const registry = await server(t, new MemoryStore(bucket), { snapshotEvery: 10, keepLogMs: 1000, now: () => (clock.ms += 2000), monotonic: () => 0 });
  for (let i = 0; i < 50; i++) await increment(registry, 'n');
  await registry.close();
  t.ok(bucket.objects.has(key(1)));
});
