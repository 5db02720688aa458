import { Registry } from 'prom-client';
import t, { type Test } from 'tap';
import type { Service } from '@spawnit/contract';
import { systemClock } from '@spawnit/controller';
import { DriftChecks, type CheckParts } from '../src/checks.js';
import { defaultBounds } from '../src/decide.js';
import { driftMetrics } from '../src/metrics.js';
import { aNode, aResult, aService } from './builders.js';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The checks of one service that is looked at once a day, and at which times by its clock it was. */
function beat(t: Test, standInCheck: () => ReturnType<CheckParts['client']['check']> = async () => aResult()) {
  const world = { services: [] as Service[], nodes: [aNode('n1')] };
  const time = { now: 1_000_000 };
  const asked: number[] = [];
  const told: string[] = [];
  const end = new AbortController();
  t.teardown(() => end.abort());
  const checks = new DriftChecks({
    client: {
      check: () => {
        asked.push(time.now);
        return standInCheck();
      },
    },
    situation: () => world,
    record: async ({ outcome }) => void told.push('reason' in outcome ? outcome.reason : outcome.verdict),
    bounds: defaultBounds,
    log: quiet,
    clock: { ...systemClock, now: () => time.now },
    metrics: driftMetrics(new Registry()),
    signal: end.signal,
    ended: () => undefined,
  });
  return { world, time, asked, told, checks };
}

const daily = { spec: { drift: { intervalSeconds: 86_400 } } };

t.test('what is suspected while a job is under way is checked as soon as that has ended, and once', async (t) => {
  const { world, asked, checks } = beat(t);
  world.services = [aService('a', { ...daily, status: { ...aService('a').status, activeJob: 'j' } })];
  checks.tick();
  checks.suspect(['uid-a', 'uid-of-nobody']);
  checks.tick();
  t.same(asked, [], 'not while it works');
  world.services = [aService('a', daily)];
  checks.tick();
  t.equal(asked.length, 1);
  await checks.idle();
  checks.tick();
  world.services = [aService('a', { ...daily, status: { ...aService('a').status, activeJob: 'k' } })];
  checks.tick();
  world.services = [aService('a', daily)];
  checks.tick();
  t.equal(asked.length, 1, 'the job after it is followed by no such check');
});
