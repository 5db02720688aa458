import t from 'tap';
import { Lease } from '../../src/lease/lease.js';

const times = { heartbeatMs: 5_000, stopMs: 9_000, gateMs: 12_000, killMs: 14_000 };

t.test('a lease counts from when the heartbeat was sent, not from its answer', async (t) => {
  let now = 100_000;
  const lease = new Lease(times, () => now);
  t.equal(lease.phase, 'over', 'none before the first');
  const sentAt = now;
  now += 3_000;
  lease.renewed(sentAt);
  const at = (age: number) => {
    now = sentAt + age;
    return [lease.phase, lease.holds()];
  };
  t.same(at(8_999), ['held', true]);
  t.same(at(9_000), ['stopping', true]);
  t.same(at(11_999), ['stopping', true]);
  t.same(at(12_000), ['shut', false]);
  t.same(at(14_000), ['over', false]);
});

t.test('an answer that comes late does not take a newer one back', async (t) => {
  let now = 0;
  const lease = new Lease(times, () => now);
  lease.renewed(5_000);
  lease.renewed(1_000);
  now = 16_000;
  t.ok(lease.holds());
  lease.end();
  t.notOk(lease.holds());
});
