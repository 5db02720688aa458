import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startApiserver, type Teardown } from '@spawnit/testkit';
import t from 'tap';

const heap = new URL('../src/heap.js', import.meta.url);

/** Keeps so many MB of records, replaces them one by one, and tells how large the heap became against what lives in it, and how large (MB) its young generation. */
const program = (before: string) => `
  ${before}
  const { getHeapSpaceStatistics, getHeapStatistics } = await import('node:v8');
  const record = (i) => ({ i, text: Array.from({ length: 60 }, (_, n) => 'part ' + n + ' of ' + i) });
  const records = Array.from({ length: 20_000 }, (_, i) => record(i));
  gc();
  const lives = getHeapStatistics().used_heap_size;
  let most = 0;
  for (let i = 0; i < 200_000; i++) {
    records[(i * 7_919) % records.length] = record(i);
    if (i % 1_000 === 0) most = Math.max(most, getHeapStatistics().used_heap_size);
  }
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20;
  console.log(JSON.stringify({ timesWhatLives: most / lives, young }));
`;

interface Growth {
  timesWhatLives: number;
  young: number;
}

function growth(before: string): Growth {
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program(before)], { env: { PATH: process.env.PATH }, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Growth;
}

t.test('garbage does not gather until it is as much as what lives, and what is new has its bound', (t) => {
  const small = growth(`await import(${JSON.stringify(fileURLToPath(heap))});`);
  const plain = growth('');
  t.ok(small.timesWhatLives < 2, `the heap grew to ${small.timesWhatLives.toFixed(2)} times what lives in it; without it to ${plain.timesWhatLives.toFixed(2)} times`);
  t.ok(small.young < plain.young / 2, `its young generation takes ${small.young} MB; without it ${plain.young}`);
  t.end();
});

t.test('the bounds of the heap stand before the modules of the server are read', async (t) => {
  const sizes: number[] = [];
  // On a busy machine V8 may make it smaller meanwhile, and then larger than it should for once.
  while (sizes.length < 3 && !sizes.some((young) => young <= 8)) sizes.push(await youngOfServer(t));
  t.ok(sizes.some((young) => young <= 8), `the young generation of a server that has begun takes ${sizes.join(', ')} MB`);
});

async function youngOfServer(t: Teardown): Promise<number> {
  const api = await startApiserver(t);
  const metrics = await api.client('admin').transport.text({ path: '/metrics' });
  return Number(/^nodejs_heap_space_size_total_bytes\{space="new"\} (\d+)/m.exec(metrics)?.[1]) / 2 ** 20;
}
