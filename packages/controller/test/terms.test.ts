import { Registry } from 'prom-client';
import t from 'tap';
import { loopMetrics, ManualClock, runController, type Source } from '../src/index.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

t.test('an instance that leads again after it had lost its lease works on as before, and its metrics are those of the new term', async (t) => {
  const registry = new Registry();
  const worked: string[] = [];
  const stop = new AbortController();
  const source: Source = { run: async () => undefined, synced: Promise.resolve(), feed: () => () => undefined, all: () => ['a'] };
  const terms = async (signal: AbortSignal, lead: (term: AbortSignal, since: string) => Promise<void>) => {
    for (const since of ['1', '2', '3']) {
      const term = new AbortController();
      const led = lead(term.signal, since);
      await new Promise(setImmediate);
      t.match(await registry.metrics(), /spawnit_queue_depth\{controller="x"\} 0/, `in term ${since}`);
      term.abort();
      await led;
    }
    stop.abort();
    t.ok(signal.aborted);
  };
  const reconcile = async (key: string) => void worked.push(key);
  await runController({ name: 'x', sources: [source], reconcile, log: silent, signal: stop.signal, clock: new ManualClock(), metrics: loopMetrics(registry, 'x'), leadership: { run: terms } });
  t.same(worked, ['a', 'a', 'a'], 'every key anew in each term');
});
