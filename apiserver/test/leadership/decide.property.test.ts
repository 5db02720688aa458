import { leadership, type HoldRequest, type LeaseSpec } from '@spawnit/contract';
import fc from 'fast-check';
import t from 'tap';
import { decideLease, type Heard } from '../../src/leadership/decide.js';

const sessions = ['s1', 's2', 's3'];
const holders = ['a', 'b'];
const lease = fc.option(fc.record({ holder: fc.constantFrom(...holders), session: fc.option(fc.constantFrom(...sessions), { nil: undefined }), epoch: fc.nat(50) }), { nil: undefined }) as fc.Arbitrary<LeaseSpec | undefined>;
const ask: fc.Arbitrary<Required<HoldRequest>> = fc.record({ holder: fc.constantFrom(...holders), session: fc.constantFrom(...sessions), fresh: fc.boolean(), release: fc.boolean() });
const heard: fc.Arbitrary<Heard> = fc.record({ silentMs: fc.nat(2 * leadership.silenceSeconds * 1_000), toldOfAll: fc.boolean() });
const now = '2026-01-01T00:00:00Z';
const runs = { numRuns: 10_000 };

t.test('the epoch rises by one with each change of holder and is never lowered', async () => {
  fc.assert(
    fc.property(lease, ask, heard, (before, asked, what) => {
      const decision = decideLease(before, asked, what, now);
      if (decision.type === 'take') return decision.spec.epoch === (before?.epoch ?? 0) + 1 && decision.spec.session === asked.session;
      return decision.type !== 'free' || decision.spec.epoch === before!.epoch;
    }),
    runs,
  );
});

t.test('a lease that is held changes hands only after silence that this server can judge, or to the same instance started anew', async () => {
  fc.assert(
    fc.property(lease, ask, heard, (before, asked, what) => {
      const decision = decideLease(before, asked, what, now);
      if (decision.type !== 'take' || before?.session === undefined) return true;
      const silent = what.toldOfAll && what.silentMs >= leadership.silenceSeconds * 1_000;
      return before.session !== asked.session && (silent || (asked.fresh && asked.holder === before.holder));
    }),
    runs,
  );
});

t.test('the holder always keeps it, and only the holder gives it back', async () => {
  fc.assert(
    fc.property(lease, ask, heard, (before, asked, what) => {
      const isHolder = before?.session !== undefined && before.session === asked.session;
      const { type } = decideLease(before, asked, what, now);
      return asked.release ? type === (isHolder ? 'free' : 'nothing') : (type === 'renew') === isHolder;
    }),
    runs,
  );
});

t.test('any history of asks has one holder for each epoch', async () => {
  const step = fc.record({ ask, heard });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const holderOf = new Map<number, string>();
      let current: LeaseSpec | undefined;
      for (const each of steps) {
        const decision = decideLease(current, each.ask, each.heard, now);
        if (decision.type === 'take' || decision.type === 'free') current = decision.spec;
        if (current?.session === undefined) continue;
        if ((holderOf.get(current.epoch) ?? current.session) !== current.session) return false;
        holderOf.set(current.epoch, current.session);
      }
      return true;
    }),
    runs,
  );
});
