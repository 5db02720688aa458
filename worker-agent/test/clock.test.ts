import t from 'tap';
import { bootClock } from '../src/clock.js';

t.test('the clock only grows', async (t) => {
  const clock = bootClock();
  const first = clock();
  t.ok(Number.isFinite(first) && clock() >= first);
});
