import t from 'tap';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { storeFailure } from '../../src/store-failure.js';
import { gate } from './faults.js';
import { count, increment, server } from './registries.js';

t.test('while the store keeps them waiting, writes and reads past the bound are refused at once, and those before it are all done', async (t) => {
  const held = gate();
  let holds = false;
  const store = new MemoryStore(new MemoryBucket(), () => (holds ? { before: held.opened } : undefined));
  const registry = await server(t, store, { mostWaiting: 10, pollMs: 1e9 });
  await increment(registry, 'n');
  holds = true;
  const writes = Array.from({ length: 10 }, () => increment(registry, 'n'));
  const reads = Array.from({ length: 10 }, () => registry.sync());
  t.match(registry.load(), { waiting: 10, syncs: 10, mostWaiting: 10 });
  for (const more of [() => increment(registry, 'n'), () => registry.sync()]) {
    const refusal = await more().then(() => undefined, (error: unknown) => error);
    t.match(storeFailure(refusal), { code: 'TooManyRequests', details: { retryAfterSeconds: 2 } });
  }
  holds = false;
  held.open();
  await Promise.all([...writes, ...reads]);
  t.equal(count(registry.view, 'n'), 11);
  t.match(registry.load(), { waiting: 0, syncs: 0 });
});

t.test('writes whose callers were told that it took too long take no place from others', async (t) => {
  const held = gate();
  let holds = false;
  const store = new MemoryStore(new MemoryBucket(), () => (holds ? { before: held.opened } : undefined));
  const registry = await server(t, store, { mostWaiting: 10, deadlineMs: 20, pollMs: 1e9 });
  holds = true;
  const given = await Promise.allSettled(Array.from({ length: 10 }, () => increment(registry, 'n')));
  t.ok(given.every(({ status }) => status === 'rejected'));
  t.equal(registry.load().waiting, 0);
  const next = increment(registry, 'n');
  await t.rejects(next, { name: 'StoreUnavailable' }, 'taken up, not refused');
  held.open();
});
