import t from 'tap';
import { Turns } from '../../src/store/log/turns.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { increment, server, times } from './registries.js';

const half = () => 0.5;

t.test('a server alone waits for nobody, but gives others a chance once in a while', (t) => {
  const turns = new Turns();
  const waits = Array.from({ length: 320 }, (_, i) => {
    turns.won(i * 2, i * 2 + 2);
    return turns.waitMs(i * 2 + 2, half);
  });
  t.equal(waits.filter((ms) => ms > 0).length, 10);
  t.ok(Math.max(...waits) <= 3, 'for about as long as a put takes');
  t.end();
});

t.test('while another writes, each wait is random and a few puts long; when it is silent there is none', (t) => {
  const turns = new Turns();
  for (let i = 0; i < 50; i++) turns.won(i * 4, i * 4 + 4);
  turns.rivalWon(1000);
  t.equal(turns.waitMs(1001, () => 0), 1);
  const longest = turns.waitMs(1001, () => 1);
  t.ok(longest > 5 && longest < 10, `${longest}`);
  t.equal(turns.waitMs(1250, half), 0);
  t.end();
});

t.test('a server with one writer gets on beside one that writes without a pause', async (t) => {
  const bucket = new MemoryBucket();
  const latency = () => ({ before: new Promise((resolve) => setImmediate(resolve)), after: new Promise((resolve) => setImmediate(resolve)) });
  let commits = 0;
  const busy = await server(t, new MemoryStore(bucket, latency), { onCommit: () => commits++ });
  const modest = await server(t, new MemoryStore(bucket, latency), { pollMs: 1e9 });
  let done = false;
  const load = times(8, async (i) => {
    while (!done) await increment(busy, `busy/${i}`);
  });
  for (let i = 0; i < 20; i++) await increment(modest, 'modest');
  done = true;
  await load;
  t.ok(commits < 20 * 20, `${commits} commits of the busy one for 20 of the other`);
});
