import t from 'tap';
import { keepTrying } from '../../src/client/keep-trying.js';

/** Runs `attempt` until it gives something or `most` pauses are over; tells the pauses. */
async function pausesOf(attempt: (n: number, works: () => void) => Promise<string | undefined>, most = 100) {
  const pauses: number[] = [];
  const breaks: string[] = [];
  const stop = new AbortController();
  const given = await keepTrying(
    stop.signal,
    (works) => attempt(pauses.length, works),
    (error) => breaks.push((error as Error).message),
    async (ms) => {
      if (pauses.push(ms) === most) stop.abort();
    },
  );
  return { given, pauses, breaks };
}

t.test('what breaks is tried again, with pauses that double up to a bound, until the signal', async (t) => {
  const found = await pausesOf(async (n) => {
    throw new Error(`break ${n}`);
  }, 7);
  t.same(found.pauses, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  t.same(found.breaks, [0, 1, 2, 3, 4, 5, 6].map((n) => `break ${n}`));
  t.equal(found.given, undefined);
});

t.test('what ends without a break is tried again just so, and nobody is told', async (t) => {
  const found = await pausesOf(async () => undefined, 3);
  t.same(found, { given: undefined, pauses: [200, 400, 800], breaks: [] });
});

t.test('what has worked begins with the short pause again', async (t) => {
  const found = await pausesOf(async (n, works) => {
    if (n === 3) works();
    throw new Error('broken');
  }, 6);
  t.same(found.pauses, [200, 400, 800, 200, 400, 800]);
});

t.test('what an attempt gives ends it', async (t) => {
  const found = await pausesOf(async (n) => {
    if (n < 2) throw new Error('not yet');
    return 'given';
  });
  t.same(found, { given: 'given', pauses: [200, 400], breaks: ['not yet', 'not yet'] });
});

t.test('a break that the signal caused is not told, and the signal ends a pause', async (t) => {
  const broken = new AbortController();
  const found: unknown[] = [];
  const attempt = async () => {
    broken.abort();
    throw new Error('aborted');
  };
  t.equal(await keepTrying(broken.signal, attempt, (error) => found.push(error)), undefined);
  const paused = new AbortController();
  const breaks = () => {
    found.push('once');
    setImmediate(() => paused.abort());
  };
  t.equal(await keepTrying(paused.signal, () => Promise.reject(new Error('away')), breaks), undefined);
  t.same(found, ['once']);
});
