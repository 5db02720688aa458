import { ApiError, leadership as times, leaseHeader, type HoldAnswer, type HoldRequest } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { Leadership, ManualClock, type Log } from '../src/index.js';

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Stands in for the apiserver: the test says what it answers. */
function start(t: Test) {
  const clock = new ManualClock();
  const stop = new AbortController();
  const asks: HoldRequest[] = [];
  let answer: () => Promise<Partial<HoldAnswer>> = async () => ({ held: true, epoch: 1 });
  const json = async (call: { body: HoldRequest }) => {
    asks.push(call.body);
    return { held: false, epoch: 0, resourceVersion: '7', ...(await answer()) };
  };
  const leader = new Leadership({ name: 'scheduler', holder: 'me', session: 's', client: { transport: { json } } as never, log: silent, clock, random: () => 0.5 });
  const terms: { since: string; ended: boolean }[] = [];
  const running = leader.run(stop.signal, async (term, since) => {
    const mine = { since, ended: false };
    terms.push(mine);
    await new Promise((resolve) => term.addEventListener('abort', resolve, { once: true }));
    mine.ended = true;
  });
  const end = async () => {
    stop.abort();
    await running;
  };
  t.teardown(end);
  const ask = async (passMs: number) => {
    const before = asks.length;
    clock.advance(passMs);
    await waitFor(() => asks.length > before, { what: 'the next ask' });
    await new Promise(setImmediate);
  };
  return { leader, clock, asks, terms, end, ask, answers: (next: typeof answer) => (answer = next) };
}

const leads = ({ leader }: ReturnType<typeof start>) => waitFor(() => leader.epoch !== undefined, { what: 'leading' });

t.test('a leader writes with its epoch, and only until its time after the sending of the last acknowledged renewal', async (t) => {
  const scene = start(t);
  await leads(scene);
  t.strictSame(scene.leader.fence().headers, { [leaseHeader]: '1.s' });
  t.match(scene.terms, [{ since: '7', ended: false }]);
  scene.answers(() => Promise.reject(new Error('away')));
  await scene.ask(times.renewSeconds * 1_000);
  t.equal(scene.leader.epoch, 1, 'one renewal that fails is not the end');
  const { signal } = scene.leader.fence();
  scene.clock.advance((times.actSeconds - times.renewSeconds) * 1_000);
  t.throws(() => scene.leader.fence(), { code: 'NotLeader' });
  t.equal(signal.aborted, true, 'what is under way is broken off');
  await waitFor(() => scene.terms[0]!.ended, { what: 'the term to end' });
});

t.test('one that was stopped for long finds itself deposed by its own clock before anybody tells it', async (t) => {
  const scene = start(t);
  await leads(scene);
  // Timers of a stopped process fire late; the clock has gone on.
  const now = scene.clock.now.bind(scene.clock);
  scene.clock.now = () => now() + 30_000;
  t.throws(() => scene.leader.fence(), ApiError);
});

t.test('told that another leads it ends its term, stands by, and leads anew at a later epoch', async (t) => {
  const scene = start(t);
  await leads(scene);
  scene.answers(async () => ({ held: false, holder: 'other', epoch: 2 }));
  await scene.ask(times.renewSeconds * 1_000);
  await waitFor(() => scene.terms[0]!.ended, { what: 'the term to end' });
  t.equal(scene.leader.holder, 'other');
  scene.answers(async () => ({ held: true, epoch: 3 }));
  await scene.ask(times.askSeconds * 1_000);
  await waitFor(() => scene.terms.length === 2, { what: 'the second term' });
  t.equal(scene.leader.epoch, 3);
});

t.test('refused by the server for its epoch, it does not wait for the next renewal', async (t) => {
  const scene = start(t);
  await leads(scene);
  scene.leader.fence().deposed();
  t.equal(scene.leader.epoch, undefined);
  await waitFor(() => scene.terms[0]!.ended, { what: 'the term to end' });
});

t.test('in the end it gives the lease back; only the first ask of a process is a fresh one', async (t) => {
  const scene = start(t);
  await leads(scene);
  await scene.ask(times.renewSeconds * 1_000);
  await scene.end();
  t.match(scene.asks, [{ fresh: true }, { fresh: false }, { release: true, session: 's' }]);
});
