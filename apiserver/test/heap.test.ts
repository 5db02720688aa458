import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const heap = new URL('../src/heap.js', import.meta.url);

/** Keeps so many MB of records, replaces them one by one, and tells how large the heap became against what lives in it. */
const program = (before: string) => `
  ${before}
  const { getHeapStatistics } = await import('node:v8');
  const record = (i) => ({ i, text: Array.from({ length: 60 }, (_, n) => 'part ' + n + ' of ' + i) });
  const records = Array.from({ length: 20_000 }, (_, i) => record(i));
  gc();
  const lives = getHeapStatistics().used_heap_size;
  let most = 0;
  for (let i = 0; i < 200_000; i++) {
    records[(i * 7_919) % records.length] = record(i);
    if (i % 1_000 === 0) most = Math.max(most, getHeapStatistics().used_heap_size);
  }
  console.log(most / lives);
`;

function growth(before: string): number {
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program(before)], { env: { PATH: process.env.PATH }, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return Number(stdout);
}

t.test('garbage does not gather until it is as much as what lives', (t) => {
  const early = growth(`(await import(${JSON.stringify(fileURLToPath(heap))})).collectEarly();`);
  t.ok(early < 2, `the heap grew to ${early.toFixed(2)} times what lives in it`);
  t.comment(`without it, to ${growth('').toFixed(2)} times`);
  t.end();
});
