import t from 'tap';
import { waitFor } from '@spawnit/testkit';
import type { Op } from '../../src/store/log/commit.js';
import { RegistryClosed, TransactionTooLarge } from '../../src/store/log/errors.js';
import type { CommitReport } from '../../src/store/log/options.js';
import { MemoryStore } from '../../src/store/memory.js';
import { allDrivers } from './drivers.js';
import { all, count, increment, put, server, times, watched } from './registries.js';

t.setTimeout(600_000);

for (const driver of await allDrivers(t)) {
  t.test(`${driver.name}: a write is one commit of any number of records, or none`, async (t) => {
    const open = driver.empty(t);
    const registry = await server(t, await open());
    const ops: Op[] = [
      { op: 'put', key: 'jobs/a/1', value: { phase: 'Pending' } },
      { op: 'put', key: 'services/a/web', value: { activeJob: '1' } },
    ];
    t.same(await registry.write('alice', () => ({ ops, result: 'made' })), { seq: 1, rvs: [4096, 4097], result: 'made' });
    t.same(all(registry.view, 'services/'), [{ key: 'services/a/web', value: { activeJob: '1' }, rv: 4097 }]);
    t.equal(registry.rv, 8191);

    await t.rejects(registry.write('bob', () => {
      throw new Error('precondition failed');
    }), { message: 'precondition failed' });
    t.equal(registry.view.seq, 1, 'a refusal commits nothing');

    await registry.write('bob', () => ({ ops: [{ op: 'delete', key: 'jobs/a/1' }, { op: 'put', key: 'services/a/web', value: {} }], result: null }));
    const other = await server(t, await open());
    t.same(all(other.view), [{ key: 'services/a/web', value: {}, rv: 8193 }], 'a server that starts later knows the same');
  });

  t.test(`${driver.name}: a write without operations answers without a commit`, async (t) => {
    const registry = await server(t, await driver.empty(t)());
    t.same(await registry.write('a', (view) => ({ ops: [], result: view.seq })), { seq: 0, rvs: [], result: 0 });
  });

  t.test(`${driver.name}: writes that come together share commits, and each sees those before it`, async (t) => {
    const reports: CommitReport[] = [];
    const registry = await server(t, await driver.empty(t)(), { onCommit: (report) => reports.push(report) });
    const results = await times(200, () => increment(registry, 'n'));
    t.same(results.map(({ result }) => result), Array.from({ length: 200 }, (_, i) => i + 1));
    t.equal(count(registry.view, 'n'), 200);
    t.ok(reports.length < 20, `${reports.length} commits`);
    t.equal(reports.reduce((sum, { txns }) => sum + txns, 0), 200);
    t.equal(new Set(results.flatMap(({ rvs }) => rvs)).size, 200, 'no two have one resourceVersion');
  });

  t.test(`${driver.name}: two and three servers lose no increment, and all watch the same in the same order`, async (t) => {
    for (const servers of [2, 3]) {
      const open = driver.empty(t);
      const registries = await times(servers, async (i) => server(t, await open(), { writer: `server-${i}` }));
      const seen = registries.map((registry) => watched(registry));
      await times(servers * 8, async (i) => {
        for (let n = 0; n < 10; n++) await increment(registries[i % servers]!, n % 2 ? 'shared' : `own/${i % servers}`);
      });
      await times(servers, (i) => registries[i]!.sync());
      for (const registry of registries) t.equal(count(registry.view, 'shared'), servers * 40);
      t.equal(seen[0]!.length, servers * 80);
      for (const changes of seen) t.same(changes, seen[0]);
      const rvs = seen[0]!.map(({ rv }) => rv);
      t.same(rvs, [...new Set(rvs)].sort((a, b) => a - b));
    }
  });

  t.test(`${driver.name}: what one server has acknowledged, another's sync, write and refusal know`, async (t) => {
    const open = driver.empty(t);
    const never = { pollMs: 1e9 };
    const [one, other] = [await server(t, await open(), never), await server(t, await open(), never)];
    for (let i = 1; i <= 10; i++) {
      await put(one, `made/${i}`, { i });
      if (i % 2) await other.sync();
      else await t.rejects(other.write('b', (view) => {
        if (view.get(`made/${i}`)) throw new Error('AlreadyExists');
        return { ops: [], result: null };
      }), { message: 'AlreadyExists' });
      t.ok(other.view.get(`made/${i}`), `${i}`);
    }
  });

  t.test(`${driver.name}: a server learns of others' commits by itself, sooner by a hint`, async (t) => {
    const open = driver.empty(t);
    const one = await server(t, await open());
    const polls = await server(t, await open(), { pollMs: 20 });
    const hinted = await server(t, await open(), { pollMs: 1e9 });
    const { seq } = await put(one, 'a', { n: 1 });
    hinted.hint(seq);
    for (const registry of [polls, hinted]) await waitFor(() => registry.view.get('a'), { what: 'the record' });
    t.pass('both have it');
  });

  t.test(`${driver.name}: a snapshot and the commits after it give what all commits give`, async (t) => {
    const open = driver.empty(t);
    const registry = await server(t, await open(), { snapshotEvery: 10 });
    for (let i = 0; i < 57; i++) {
      await registry.write('x', () => ({
        ops: [{ op: 'put', key: `k/${i % 7}`, value: { i, text: 'äß😀', nested: { list: [1, null, true] } } }, { op: 'delete', key: `k/${(i * 3) % 7}` }],
        result: null,
      }));
    }
    const store = await open();
    await waitFor(async () => (await store.list('registry/snapshots/')).at(-1)?.endsWith('50'), { what: 'the snapshot of commit 50' });
    const restarted = await server(t, store);
    t.same(all(restarted.view), all(registry.view));
    t.ok(restarted.oldestRv > 4095, 'it did start from a snapshot');

    for (const key of await store.list('registry/snapshots/')) await store.delete(key);
    const replayed = await server(t, store);
    t.same(all(replayed.view), all(registry.view));
    t.equal(replayed.oldestRv, 4095, 'it did start from nothing');
    await put(replayed, 'goes/on', {});
    t.ok((await restarted.sync()) > 57 && restarted.view.get('goes/on'));
  });

  t.test(`${driver.name}: the log tells who changed what, when, and for which request`, async (t) => {
    const registry = await server(t, await driver.empty(t)(), { writer: 'api-1', now: () => Date.UTC(2030, 0, 1) });
    await registry.write('alice', () => ({ ops: [{ op: 'put', key: 'a', value: { n: 1 } }], result: 0 }), { requestId: 'r-1' });
    await registry.write('bob', () => ({ ops: [{ op: 'delete', key: 'a' }], result: 0 }));
    const commits = [];
    for await (const commit of registry.history()) commits.push(commit);
    t.match(commits, [
      { header: { seq: 1, writer: 'api-1', time: '2030-01-01T00:00:00.000Z' }, txns: [{ author: 'alice', requestId: 'r-1', ops: [{ op: 'put', key: 'a', value: { n: 1 } }] }] },
      { header: { seq: 2, prev: commits[0]!.hash }, txns: [{ author: 'bob', ops: [{ op: 'delete', key: 'a' }] }] },
    ]);
    for await (const commit of registry.history({ from: 2, to: 2 })) t.equal(commit.header.seq, 2);
  });

  t.test(`${driver.name}: a commit holds 4,096 operations, and the rest waits for the next`, async (t) => {
    const registry = await server(t, await driver.empty(t)());
    const ops = (n: number, name: string) => Array.from({ length: n }, (_, i) => ({ op: 'put' as const, key: `${name}/${i}`, value: { i } }));
    const write = (n: number, name: string) => registry.write('x', () => ({ ops: ops(n, name), result: null }));
    await t.rejects(write(4097, 'too-many'), TransactionTooLarge);
    const [a, b, c] = await Promise.all([write(4096, 'a'), write(4000, 'b'), write(97, 'c')]);
    t.same([a.seq, b.seq, c.seq], [1, 2, 3]);
    t.equal(a.rvs.at(-1), 2 * 4096 - 1);
    t.equal(all(registry.view).length, 4096 + 4000 + 97);
  });

  t.test(`${driver.name}: a closed registry refuses, and has finished what was under way`, async (t) => {
    const open = driver.empty(t);
    const registry = await server(t, await open());
    const written = put(registry, 'a', { n: 1 });
    await registry.sync();
    await registry.close();
    await written;
    await t.rejects(put(registry, 'b', {}), RegistryClosed);
    await t.rejects(registry.sync(), RegistryClosed);
    t.throws(() => registry.watch({ after: 0 }, () => undefined), RegistryClosed);
    t.same(all((await server(t, await open())).view).map(({ key }) => key), ['a']);
  });
}

t.test('records can be changed by nobody but a commit', async (t) => {
  const registry = await server(t, new MemoryStore());
  const value = { spec: { ports: [80] } };
  await registry.write('x', () => ({ ops: [{ op: 'put', key: 'a', value }], result: null }));
  value.spec.ports.push(443);
  t.same(registry.view.get('a')?.value, { spec: { ports: [80] } }, 'not by the one who wrote it');
  const read = registry.view.get('a')!.value as typeof value;
  t.throws(() => read.spec.ports.push(443), TypeError, 'nor by one who reads it');
});

t.test('a pending commit is seen by the writes after it and by nobody else', async (t) => {
  const registry = await server(t, new MemoryStore());
  await registry.write('x', () => ({ ops: ['b', 'd', 'f'].map((key) => ({ op: 'put' as const, key, value: {} })), result: null }));
  const ops: Op[] = [{ op: 'put', key: 'a', value: {} }, { op: 'delete', key: 'b' }, { op: 'put', key: 'd', value: { new: true } }, { op: 'put', key: 'g', value: {} }];
  const first = registry.write('x', () => ({ ops, result: null }));
  const second = registry.write('y', (view) => {
    t.same(all(registry.view).map(({ key }) => key), ['b', 'd', 'f']);
    t.equal(view.get('b'), undefined);
    return { ops: [], result: all(view).map(({ key, value, rv }) => [key, value, rv]) };
  });
  t.same((await second).result, [['a', {}, 8192], ['d', { new: true }, 8194], ['f', {}, 4098], ['g', {}, 8195]]);
  t.equal((await first).seq, (await second).seq);
});
