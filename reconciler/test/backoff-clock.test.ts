import { ManualClock } from '@spawnit/controller';
import t from 'tap';
import { BackoffClock } from '../src/backoff-clock.js';
import { now, service } from './fixtures.js';

const wall = Date.parse(now);
const waiting = (ms: number, count = 3) => service({ status: { retries: { count, generation: 1, nextAttemptTime: new Date(wall + ms).toISOString() } } });

t.test('a wait is measured by the monotonic clock from when it is first seen', async (t) => {
  const clock = new ManualClock();
  const backoffs = new BackoffClock(clock);
  t.equal(backoffs.left(waiting(8_000), wall), 8_000);
  clock.advance(3_000);
  t.equal(backoffs.left(waiting(8_000), wall), 5_000);
  t.equal(backoffs.left(waiting(8_000), wall + 3_600_000), 5_000, 'a wall clock that jumps ahead ends no wait');
  t.equal(backoffs.left(waiting(8_000), wall - 3_600_000), 5_000, 'one that jumps back stretches none');
  clock.advance(60_000);
  t.equal(backoffs.left(waiting(8_000), wall), 0);
});

t.test('after a restart with a wall clock far behind, no wait is longer than its back-off allows', async (t) => {
  t.equal(new BackoffClock(new ManualClock()).left(waiting(8_000), wall - 3_600_000), 20_000);
});

t.test('a new wait is measured anew, and none is none', async (t) => {
  const clock = new ManualClock();
  const backoffs = new BackoffClock(clock);
  backoffs.left(waiting(8_000), wall);
  clock.advance(8_000);
  t.equal(backoffs.left(waiting(12_000, 4), wall), 12_000);
  t.equal(backoffs.left(service(), wall), 0);
});
