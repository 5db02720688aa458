import t from 'tap';
import { grows, trendOf } from './trend.js';

const every = (minutes: number, value: (hour: number) => number) => Array.from({ length: 60 }, (_, i) => ({ at: (i * minutes) / 60, value: value((i * minutes) / 60) }));

t.test('a leak is seen through a sawtooth, and a sawtooth alone is no leak', async (t) => {
  const sawtooth = (hour: number) => 100 + ((hour * 60) % 7) * 3;
  t.ok(grows(trendOf(every(1, (hour) => sawtooth(hour) + 50 * hour)), 20));
  t.notOk(grows(trendOf(every(1, sawtooth)), 20));
});

t.test('the slope is told per hour, with how far off it may be', async (t) => {
  const { perHour, within, first, last, highest } = trendOf(every(1, (hour) => 10 + 6 * hour));
  t.ok(Math.abs(perHour - 6) < 1e-6 && within < 1e-6);
  t.ok(first === 10 && last === highest);
  t.equal(trendOf([{ at: 0, value: 1 }]).within, Infinity, 'of one sample nothing can be said');
});
