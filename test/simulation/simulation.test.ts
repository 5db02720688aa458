import t from 'tap';
import { runMain } from './run-main.js';

t.setTimeout(1_190_000);

/** Half of them in each of two processes. `npm run simulate -- --seeds 10000` is for more. */
const seeds = 500;

t.test(`${seeds} seeds of the real programs on virtual time, and no promise is broken`, async (t) => {
  const halves = await Promise.all([1, 1 + seeds / 2].map((seed) => runMain(['--seeds', String(seeds / 2), '--seed', String(seed)])));
  for (const { code, lines } of halves) {
    for (const line of lines) t.comment(line);
    t.same(lines.filter((line) => /^seed |^unhandled/.test(line)), []);
    t.match(lines.at(-1), / 0 broken promises/);
    t.equal(code, 0);
  }
});

t.test('seeds of the two kinds of run in which a decision arrives too late, and no promise is broken', async (t) => {
  for (const character of ['late revokes', 'late leaders']) {
    const { code, lines } = await runMain(['--seeds', '30', '--seed', '1', '--character', character]);
    t.comment(`${character}: ${lines.at(-1)}`);
    t.same(lines.filter((line) => /^seed |^unhandled/.test(line)), []);
    t.equal(code, 0);
  }
});

t.test('a seed gives the same run again', async (t) => {
  const [a, b] = await Promise.all([runMain(['--seeds', '10', '--seed', '1000']), runMain(['--seeds', '10', '--seed', '1000'])]);
  const steps = ({ lines }: { lines: string[] }) => lines.at(-1)?.replace(/, [\d.]+ s .*$/, '');
  t.match(steps(a), /^10 seeds, \d{4,} steps, [1-9]\d* faults/);
  t.equal(steps(a), steps(b));
});
