import fc from 'fast-check';
import t from 'tap';
import { Lease } from '../../src/lease/lease.js';

const times = { heartbeatMs: 5_000, stopMs: 9_000, gateMs: 12_000, killMs: 14_000 };

/** Heartbeats are sent, answered in any order or never, and time passes, also much of it at once, as when a process is stopped. */
const events = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('send' as const) }),
    fc.record({ do: fc.constant('answer' as const), which: fc.nat() }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.oneof(fc.nat(3_000), fc.nat(60_000)) }),
    fc.record({ do: fc.constant('end' as const) }),
  ),
  { maxLength: 40 },
);

t.test('whatever is answered when, nothing may be changed 12 s after the last acknowledged heartbeat was sent, nor after the end', async () => {
  const law = (all: (typeof events extends fc.Arbitrary<infer T> ? T : never)) => {
    let now = 1_000;
    const lease = new Lease(times, () => now);
    let open: number[] = [];
    let acknowledged = -Infinity;
    return all.every((event) => {
      if (event.do === 'send') open.push(now);
      if (event.do === 'pass') now += event.ms;
      if (event.do === 'answer' && open.length > 0) {
        const [sentAt] = open.splice(event.which % open.length, 1);
        lease.renewed(sentAt!);
        acknowledged = Math.max(acknowledged, sentAt!);
      }
      if (event.do === 'end') {
        lease.end();
        [open, acknowledged] = [[], -Infinity];
      }
      const age = now - acknowledged;
      const phase = age < 9_000 ? 'held' : age < 12_000 ? 'stopping' : age < 14_000 ? 'shut' : 'over';
      return lease.holds() === age < 12_000 && lease.phase === phase;
    });
  };
  fc.assert(fc.property(events, law), { numRuns: 10_000 });
});
