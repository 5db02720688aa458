import t from 'tap';
import { readPoint } from '../src/point.js';

const now = new Date('2026-01-31T12:00:00Z');

t.test('a point is a sequence, a time, a time of today or how long ago', async (t) => {
  t.equal(readPoint('42', now), 42);
  t.equal(readPoint('2026-01-30T08:00:00Z', now), '2026-01-30T08:00:00.000Z');
  t.equal(readPoint('2026-01-30T08:00:00+02:00', now), '2026-01-30T06:00:00.000Z');
  t.equal(readPoint('1h30m', now), '2026-01-31T10:30:00.000Z');
  const noon = new Date(now);
  noon.setHours(9, 5, 0, 999);
  t.equal(readPoint('9:05', now), noon.toISOString());
});

t.test('what is none of them is refused with how it should be', async (t) => {
  for (const word of ['yesterday', '-5', '12.5', '2026-13-45', '']) t.throws(() => readPoint(word, now), { exit: 2, message: /15m/ }, word);
});
