import fc from 'fast-check';
import t from 'tap';
import { paced, timeliness, type Pace } from '../src/pace.js';
import { aService } from './builders.js';

function afterGaps(gapsMs: number[], wantedMs: number): number {
  let nowMs = 0;
  let pace: Pace = paced(undefined, nowMs, wantedMs);
  for (const gap of gapsMs) pace = paced(pace, (nowMs += gap), wantedMs);
  return pace.everyMs;
}

t.test('the pace becomes what the gaps between checks come to', async (t) => {
  t.equal(afterGaps([], 10_000), 10_000);
  t.equal(afterGaps([10_000, 10_000], 10_000), 10_000);
  t.ok(Math.abs(afterGaps(Array<number>(20).fill(34_000), 10_000) - 34_000) < 500);
  t.ok(afterGaps([...Array<number>(20).fill(34_000), ...Array<number>(20).fill(10_000)], 10_000) < 10_500);
});

t.test('checks that an event brought forward make none faster, and one long gap makes no one late for good', async (t) => {
  t.equal(afterGaps([200, 300, 9_500], 10_000), 10_000);
  t.ok(afterGaps([8 * 3_600_000], 10_000) <= 16_000);
});

t.test('whatever the gaps: never faster than was asked for, never slower than the longest', async () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 30 }), fc.integer({ min: 1_000, max: 60_000 }), (gaps, wanted) => {
      const every = afterGaps(gaps, wanted);
      return every >= wanted && every <= Math.max(wanted, ...gaps) + 1e-6;
    }),
  );
});

t.test('a shorter interval is late only for what it asks itself, and a longer one too', async (t) => {
  const before = paced(undefined, 0, 3_600_000);
  const shortened = paced(before, 1_800_000, 10_000);
  t.equal(shortened.everyMs, 10_000);
  t.strictSame(timeliness(aService('a'), shortened.everyMs, { reason: 'NodeBusy', message: '' }), {});
  t.equal(paced(shortened, 1_810_000, 10_000).everyMs, 10_000);
  t.equal(paced(shortened, 1_810_000, 60_000).everyMs, 60_000);
});
