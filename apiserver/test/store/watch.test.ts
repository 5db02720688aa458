import t from 'tap';
import { waitFor } from '@spawnit/testkit';
import { RegistryClosed, WatchExpired } from '../../src/store/log/errors.js';
import type { Change } from '../../src/store/log/view.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { increment, put, server, times, watched } from './registries.js';

const brief = (changes: Change[]) => changes.map(({ type, key, value, previous }) => [type, key, value, ...(previous ? [previous] : [])]);

t.test('a watch tells what was added, modified and deleted, with what it was before', async (t) => {
  const registry = await server(t, new MemoryStore());
  const changes = watched(registry, { prefix: 'a/' });
  await put(registry, 'a/x', { n: 1 });
  await put(registry, 'b/x', { n: 1 });
  await put(registry, 'a/x', { n: 2 });
  await registry.write('x', () => ({ ops: [{ op: 'delete', key: 'a/x' }, { op: 'delete', key: 'a/never' }, { op: 'put', key: 'a/x', value: {} }], result: null }));
  t.same(brief(changes), [
    ['ADDED', 'a/x', { n: 1 }],
    ['MODIFIED', 'a/x', { n: 2 }, { n: 1 }],
    ['DELETED', 'a/x', { n: 2 }, { n: 2 }],
    ['ADDED', 'a/x', {}],
  ]);
  t.same(changes.map(({ rv }) => rv), [4096, 3 * 4096, 4 * 4096, 4 * 4096 + 2]);
});

t.test('a watch resumes after any change, with nothing left out and nothing twice', async (t) => {
  const registry = await server(t, new MemoryStore());
  const whole = watched(registry, { after: 4095 });
  await times(50, (i) => increment(registry, `k/${i % 5}`));
  for (const from of [...whole]) {
    const rest = watched(registry, { after: from.rv });
    await increment(registry, 'k/more');
    t.same(rest, whole.slice(whole.indexOf(from) + 1), `after ${from.rv}`);
  }
});

t.test('a watch that begins amid writes misses none of them', async (t) => {
  const registry = await server(t, new MemoryStore());
  const writes = times(100, (i) => put(registry, `k/${i}`, { i }));
  const watches = await times(20, async (i) => {
    await put(registry, `tick/${i}`, {});
    const listed = [...registry.view.list('k/')];
    return { listed, changes: watched(registry, { prefix: 'k/' }) };
  });
  await writes;
  for (const { listed, changes } of watches) t.equal(new Set([...listed, ...changes].map(({ key }) => key)).size, 100);
});

t.test('within a callback all records are as of that commit', async (t) => {
  const registry = await server(t, new MemoryStore());
  const seen: unknown[] = [];
  registry.watch({ after: registry.rv }, ({ rv }) => seen.push([rv, registry.view.seq, [...registry.view.list('')].length]));
  await registry.write('x', () => ({ ops: [{ op: 'put', key: 'a', value: {} }, { op: 'put', key: 'b', value: {} }], result: null }));
  t.same(seen, [[4096, 1, 2], [4097, 1, 2]]);
});

t.test('a position that is no longer kept is refused, the oldest one is not', async (t) => {
  const registry = await server(t, new MemoryStore(), { historyEvents: 10 });
  for (let i = 0; i < 100; i++) await increment(registry, 'n');
  t.throws(() => watched(registry, { after: registry.oldestRv - 1 }), WatchExpired);
  t.throws(() => watched(registry, { after: 0 }), WatchExpired);
  const changes = watched(registry, { after: registry.oldestRv });
  await waitFor(() => changes.length > 0, { what: 'the changes' });
  t.ok(changes.length >= 10 && changes.length <= 13, `${changes.length} are kept`);
  t.equal(changes.at(-1)?.value['n'], 100);
  t.equal(changes[0]!.value['n'], 101 - changes.length);
});

t.test('a watch resumes on another server, and after a restart', async (t) => {
  const bucket = new MemoryBucket();
  const options = { snapshotEvery: 20 };
  const registry = await server(t, new MemoryStore(bucket), options);
  const whole = watched(registry);
  for (let i = 0; i < 65; i++) await increment(registry, `k/${i % 3}`);
  await waitFor(() => [...bucket.objects.keysFrom('registry/snapshots/')].length === 3, { what: 'three snapshots' });
  const restarted = await server(t, new MemoryStore(bucket), options);
  const seen = whole[45]!;
  const rest = watched(restarted, { after: seen.rv });
  await waitFor(() => rest.length >= 19, { what: 'the rest' });
  t.same(rest, whole.slice(46), 'the snapshot before the last leaves changes to resume from');
});

t.test('an unsubscribed watch is silent, even from within its own callback', async (t) => {
  const registry = await server(t, new MemoryStore());
  const seen: string[] = [];
  const stop = registry.watch({ after: registry.rv }, ({ key }) => {
    seen.push(key);
    stop();
  });
  await registry.write('x', () => ({ ops: [{ op: 'put', key: 'a', value: {} }, { op: 'put', key: 'b', value: {} }], result: null }));
  t.same(seen, ['a']);
});

t.test('a callback that throws ends its own watch and nothing else', async (t) => {
  const registry = await server(t, new MemoryStore());
  const ends: Error[] = [];
  registry.watch({ after: registry.rv, onEnd: (error) => ends.push(error) }, () => {
    throw new Error('broken reader');
  });
  const other = watched(registry);
  await put(registry, 'a', {});
  await put(registry, 'b', {});
  t.same(other.map(({ key }) => key), ['a', 'b']);
  t.match(ends, [{ message: 'broken reader' }]);
  t.equal(ends.length, 1);
});

t.test('a watch is told when the registry closes', async (t) => {
  const registry = await server(t, new MemoryStore());
  const ends: Error[] = [];
  registry.watch({ after: registry.rv, onEnd: (error) => ends.push(error) }, () => undefined);
  await registry.close();
  t.match(ends, [RegistryClosed]);
});
