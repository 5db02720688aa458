import fc from 'fast-check';
import t from 'tap';
import { backoff, backoffCeiling, jobRange, reconcileRange } from '../src/index.js';

t.test('the ceiling doubles from the base and stops at the maximum', async (t) => {
  t.same([0, 1, 2, 3].map((n) => backoffCeiling(n, jobRange)), [5_000, 10_000, 20_000, 40_000]);
  t.equal(backoffCeiling(6, jobRange), 300_000);
  t.equal(backoffCeiling(10_000, jobRange), 300_000, 'a huge count overflows nothing');
});

t.test('jitter is full: any wait from nothing to the ceiling', async (t) => {
  t.equal(backoff(3, () => 0, jobRange), 0);
  t.equal(backoff(3, () => 0.999999, jobRange), 39_999);
  fc.assert(
    fc.property(fc.nat(200), fc.double({ min: 0, max: 0.9999999, noNaN: true }), (n, r) => {
      const wait = backoff(n, () => r, reconcileRange);
      return wait >= 0 && wait < backoffCeiling(n, reconcileRange);
    }),
  );
});
