import t from 'tap';
import { since } from '../../src/output/since.js';

await t.test('an age has at most its two largest units', async (t) => {
  const now = Date.parse('2026-01-10T00:00:00Z');
  const ages = { '2026-01-10T00:00:00Z': '0s', '2026-01-09T23:59:56Z': '4s', '2026-01-09T23:56:48Z': '3m12s', '2026-01-09T21:55:00Z': '2h5m', '2026-01-09T22:00:00Z': '2h', '2026-01-01T00:00:00Z': '9d', '2026-01-10T00:00:05Z': '0s' };
  for (const [time, age] of Object.entries(ages)) t.equal(since(time, now), age, time);
});
