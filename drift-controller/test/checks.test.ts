import { Registry } from 'prom-client';
import t, { type Test } from 'tap';
import { ApiError, Unreachable, type Service } from '@spawnit/contract';
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

t.test('that nothing can be told of what is seldom looked at is told within seconds, and soon that something can again', async (t) => {
  const { world, time, asked, told, checks } = beat(t);
  world.services = [aService('a', daily)];
  world.nodes = [aNode('n1', false)];
  checks.tick();
  checks.suspect(['uid-a']);
  const begun = time.now;
  for (const away = begun + 3_600_000; time.now < away; time.now += 10_000) {
    checks.tick();
    await checks.idle();
  }
  t.ok(told.length > 2 && told.length < 20 && told.every((each) => each === 'NodeUnreachable'), told.join());
  world.nodes = [aNode('n1')];
  const back = time.now;
  for (; asked.length === 0 && time.now < back + 86_400_000; time.now += 10_000) {
    checks.tick();
    await checks.idle();
  }
  t.ok(time.now - back <= 2 * (back - begun), `looked at ${time.now - back} ms after its node is back`);
  t.equal(told.at(-1), 'Compliant');
});

t.test('a verdict is not held for ever by checks that are never made, but while the server is away nothing is told', async (t) => {
  const busy = beat(t, () => Promise.reject(new ApiError('TooManyRequests', 'too many wait')));
  const away = beat(t, () => Promise.reject(new Unreachable('nobody there')));
  for (const { world, time, asked, told, checks } of [busy, away]) {
    world.services = [aService('a', daily)];
    checks.tick();
    checks.suspect(['uid-a']);
    while (asked.length < 29) {
      checks.tick();
      await checks.idle();
      time.now += 10_000;
    }
    t.same(told, [], 'for some minutes it is chance');
    checks.tick();
    await checks.idle();
  }
  t.same(busy.told, ['CheckFailed']);
  t.same(away.told, []);
});
