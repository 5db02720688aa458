import t from 'tap';
import { waitFor } from '@spawnit/testkit';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { gate, scripted } from './faults.js';
import { count, increment, put, server, watched } from './registries.js';

const never = { pollMs: 1e9 };

t.test('an answer is lost and the commit is there: it is acknowledged, once', async (t) => {
  const bucket = new MemoryBucket();
  const { fault, calls } = scripted({ putIfAbsent: [{ outcome: 'landed' }] });
  const registry = await server(t, new MemoryStore(bucket, fault), never);
  const changes = watched(registry);
  t.match(await increment(registry, 'n'), { seq: 1, result: 1 });
  t.same(calls, ['putIfAbsent 1', 'get 1']);
  t.equal(changes.length, 1);
  t.equal(bucket.objects.size, 1);
});

t.test("an answer is lost and the slot is another's: that is applied, the write decided anew, and put next", async (t) => {
  const bucket = new MemoryBucket();
  const other = await server(t, new MemoryStore(bucket), never);
  const { fault, calls } = scripted({ putIfAbsent: [{ outcome: 'lost' }] });
  const registry = await server(t, new MemoryStore(bucket, fault), never);
  await increment(other, 'n');
  t.match(await increment(registry, 'n'), { seq: 2, result: 2 });
  t.same(calls.filter((call) => call.startsWith('put')), ['putIfAbsent 1', 'putIfAbsent 2']);
});

t.test('an answer is lost and the slot is empty: the same bytes go to the same slot, though the first put lands late', async (t) => {
  const bucket = new MemoryBucket();
  const late = gate();
  const { fault, calls } = scripted({ putIfAbsent: [{ outcome: 'late', lands: late.opened }, { outcome: 'lost' }] });
  const store = new MemoryStore(bucket, (call) => {
    const given = fault(call);
    if (calls.length < 4) return given;
    late.open();
    return { before: late.opened };
  });
  const registry = await server(t, store, never);
  t.match(await increment(registry, 'n'), { seq: 1, result: 1 });
  t.same(calls, ['putIfAbsent 1', 'get 1', 'putIfAbsent 1', 'get 1'], 'never another slot');
  t.match(await increment(registry, 'n'), { seq: 2, result: 2 });
});

t.test('a put that lands between the look and the repeated put is recognised as ours', async (t) => {
  const bucket = new MemoryBucket();
  const late = gate();
  const { fault, calls } = scripted({ putIfAbsent: [{ outcome: 'late', lands: late.opened }] });
  const afterLook = new MemoryStore(bucket, (call) => {
    const given = fault(call);
    // The look finds nothing; then the first put lands, before the second gets there.
    if (calls.length === 3) late.open();
    return calls.length === 3 ? { before: late.opened } : given;
  });
  const registry = await server(t, afterLook, never);
  t.match(await increment(registry, 'n'), { seq: 1, result: 1 });
  t.same(calls, ['putIfAbsent 1', 'get 1', 'putIfAbsent 1', 'get 1']);
});

t.test('a put that lands late after another took the slot changes nothing', async (t) => {
  const bucket = new MemoryBucket();
  const other = await server(t, new MemoryStore(bucket), never);
  const late = gate();
  const { fault } = scripted({ putIfAbsent: [{ outcome: 'late', lands: late.opened, after: increment(other, 'n') }] });
  const registry = await server(t, new MemoryStore(bucket, fault), never);
  t.match(await increment(registry, 'n'), { seq: 2, result: 2 });
  late.open();
  await other.sync();
  t.equal(count(other.view, 'n'), 2);
  t.equal(count((await server(t, new MemoryStore(bucket))).view, 'n'), 2);
});

t.test('at the deadline writers are told that it is open; the registry goes on resolving and never moves past', async (t) => {
  const bucket = new MemoryBucket();
  const landed = gate();
  let broken = true;
  const slots = new Set<string>();
  const store = new MemoryStore(bucket, ({ op, key }) => {
    if (op === 'putIfAbsent') slots.add(key);
    return broken ? { outcome: op === 'putIfAbsent' ? 'late' : 'fail', lands: landed.opened } : undefined;
  });
  broken = false;
  const registry = await server(t, store, { ...never, deadlineMs: 100 });
  broken = true;
  const sent = increment(registry, 'n');
  await waitFor(() => slots.size === 1, { what: 'the put' });
  const behind = increment(registry, 'n');
  await t.rejects(sent, { name: 'StoreUnavailable', ambiguous: true });
  await t.rejects(behind, { name: 'StoreUnavailable', ambiguous: false }, 'what was never sent is known not to be written');
  await t.rejects(registry.sync(), { name: 'StoreUnavailable' });
  t.match(registry.health(), { ok: false, seq: 0, lastError: /late|fail/ });
  t.equal(count(registry.view, 'n'), 0, 'readers see only what is known to be committed');
  t.equal(slots.size, 1);

  broken = false;
  landed.open();
  await waitFor(() => registry.health().ok, { what: 'the store to be back' });
  t.equal(count(registry.view, 'n'), 1, 'the open one was committed, the other not');
  t.match(await increment(registry, 'n'), { seq: 2, result: 2 });
});

t.test('while the store refuses, writes wait; when it is back in time they are committed, once', async (t) => {
  const bucket = new MemoryBucket();
  const { fault, calls } = scripted({ putIfAbsent: [{ outcome: 'fail' }, { outcome: 'fail' }] });
  const registry = await server(t, new MemoryStore(bucket, fault), never);
  t.match(await increment(registry, 'n'), { seq: 1, result: 1 });
  t.same(calls, ['putIfAbsent 1', 'putIfAbsent 1', 'putIfAbsent 1']);
  t.match(registry.health(), { ok: true, seq: 1 });
});

t.test('a write that was given up before it was sent is never committed', async (t) => {
  let broken = false;
  const registry = await server(t, new MemoryStore(undefined, () => (broken ? { outcome: 'fail' } : undefined)), { ...never, deadlineMs: 50 });
  broken = true;
  await t.rejects(put(registry, 'given-up', {}), { name: 'StoreUnavailable', ambiguous: false });
  broken = false;
  await waitFor(() => put(registry, 'later', {}), { what: 'the store to be back' });
  t.same([...registry.view.list('')].map(({ key }) => key), ['later']);
});

t.test('reads and watches go on while the store is gone', async (t) => {
  let broken = false;
  const registry = await server(t, new MemoryStore(undefined, () => (broken ? { outcome: 'fail' } : undefined)), { ...never, deadlineMs: 50 });
  await put(registry, 'a', { n: 1 });
  broken = true;
  await t.rejects(put(registry, 'b', {}));
  t.match(registry.view.get('a'), { value: { n: 1 } });
  const changes = watched(registry, { after: 0 + 4095 });
  await waitFor(() => changes.length === 1, { what: 'the past change' });
  t.match(changes, [{ type: 'ADDED', key: 'a' }]);
});

t.test('a registry that is closed with a commit on its way says that it is open', async (t) => {
  let broken = false;
  const registry = await server(t, new MemoryStore(undefined, () => (broken ? { outcome: 'lost' } : undefined)), never);
  broken = true;
  const write = put(registry, 'a', {});
  write.catch(() => undefined);
  await waitFor(() => !registry.health().ok, { what: 'the first failure' });
  await registry.close();
  await t.rejects(write, { name: 'StoreUnavailable', ambiguous: true });
});

t.test('a refusal is up to date also for who came while the end was being read', async (t) => {
  const bucket = new MemoryBucket();
  const other = await server(t, new MemoryStore(bucket), never);
  const answer = gate();
  const { fault, calls } = scripted({ get: [{ after: answer.opened }] });
  const registry = await server(t, new MemoryStore(bucket, fault), never);
  const early = registry.write('early', () => ({ ops: [], result: 'nothing to do' }));
  await waitFor(() => calls.includes('get 1'), { what: 'the log to be read' });
  await increment(other, 'n');
  const late = registry.write('late', (view) => {
    if (count(view, 'n') === 0) throw new Error('refused for what was acknowledged before it was asked');
    return { ops: [], result: 'seen' };
  });
  answer.open();
  t.match(await early, { result: 'nothing to do' });
  t.match(await late, { result: 'seen' });
});
