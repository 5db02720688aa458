import { ApiError } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { Informer, ManualClock, runController, source, TerminalError, type Log, type Reconcile } from '../src/index.js';
import { job, StandInFeed } from './stand-in-source.js';

function start(t: Test, reconcile: Reconcile, workers = 4) {
  const stop = new AbortController();
  const feed = new StandInFeed();
  const clock = new ManualClock();
  const lines: string[] = [];
  const write = (level: string) => (_fields: object, message: string) => void lines.push(`${level}: ${message}`);
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  feed.put(job('one', 'web'));
  const informer = new Informer(feed, { relistMs: 0 });
  const sources = [source(informer, (each) => [`${each.metadata.namespace}/${each.spec.service}`])];
  const ended = runController({ name: 'test', sources, reconcile, log, signal: stop.signal, clock, random: () => 0.5, resyncMs: 60_000, workers });
  const end = async () => {
    stop.abort();
    await ended;
  };
  t.teardown(end);
  return { feed, clock, lines, end };
}

t.test('every key there is comes first, then those that a change concerns: the old and the new', async (t) => {
  const keys: string[] = [];
  const { feed } = start(t, async (key) => void keys.push(key));
  await waitFor(() => keys.length === 1, { what: 'the first pass' });
  feed.put(job('one', 'db'));
  await waitFor(() => keys.length === 3, { what: 'both services' });
  t.same(keys, ['team/web', 'team/db', 'team/web']);
});

t.test('a reconcile that throws is tried again after its back-off, and its error is logged', async (t) => {
  let runs = 0;
  const { clock, lines } = start(t, async () => {
    if (++runs < 3) throw new Error('nothing works');
  });
  await waitFor(() => lines.includes('error: reconcile failed'), { what: 'the first failure' });
  clock.advance(25);
  await waitFor(() => runs === 2, { what: 'the second run' });
  clock.advance(49);
  t.equal(runs, 2);
  clock.advance(1);
  await waitFor(() => runs === 3, { what: 'the third run' });
});

for (const [code, what] of [['Conflict', 'a write'], ['NotFound', 'a delete']] as const)
  t.test(`a race lost to ${what} is retried without a word above debug`, async (t) => {
    let runs = 0;
    const { clock, lines } = start(t, async () => {
      if (++runs === 1) throw new ApiError(code, 'changed');
    });
    await waitFor(() => lines.includes('debug: it changed meanwhile'), { what: 'the refusal' });
    clock.advance(25);
    await waitFor(() => runs === 2, { what: 'the retry' });
    t.same(lines.filter((line) => /^(warn|error)/.test(line)), []);
  });

t.test('a conflict that never ends is told', async (t) => {
  const { clock, lines } = start(t, async () => {
    throw new ApiError('Conflict', 'never');
  });
  await waitFor(
    () => {
      clock.advance(30_000);
      return lines.includes('warn: it changed meanwhile');
    },
    { what: 'the warning' },
  );
  t.equal(lines.filter((line) => line === 'debug: it changed meanwhile').length, 8);
});

t.test('after a TerminalError the key is left alone until the next resync', async (t) => {
  let runs = 0;
  const { clock, lines } = start(t, async () => {
    runs++;
    throw new TerminalError('this can never work');
  });
  await waitFor(() => lines.includes('error: left alone until it changes'), { what: 'the first run' });
  clock.advance(59_999);
  await new Promise(setImmediate);
  t.equal(runs, 1);
  clock.advance(10_000);
  await waitFor(() => runs === 2, { what: 'the resync' });
});

t.test('requeueAfterMs brings a key back by itself', async (t) => {
  let runs = 0;
  const { clock } = start(t, async () => (++runs === 1 ? { requeueAfterMs: 500 } : undefined));
  await waitFor(() => runs === 1, { what: 'the first run' });
  await new Promise(setImmediate);
  clock.advance(500);
  await waitFor(() => runs === 2, { what: 'the second run' });
});

t.test('the end waits for the run that is under way', async (t) => {
  let finish = () => {};
  let finished = false;
  const running = new Promise<void>((resolve) => (finish = resolve));
  let runs = 0;
  const { end } = start(t, async () => {
    runs++;
    await running;
    finished = true;
  });
  await waitFor(() => runs === 1, { what: 'the run' });
  const ended = end();
  finish();
  await ended;
  t.equal(finished, true);
});
