import fc from 'fast-check';
import t from 'tap';
import { ManualClock, Queue } from '../src/index.js';

/** What `take` gives within this turn of the event loop, if anything. */
async function taken(queue: Queue): Promise<string | undefined> {
  let got: string | undefined;
  void queue.take().then((key) => (got = key));
  await new Promise(setImmediate);
  return got;
}

t.test('a key that is added twice is given out once', async (t) => {
  const queue = new Queue();
  queue.add('a');
  queue.add('a');
  t.equal(queue.depth, 1);
  t.equal(await taken(queue), 'a');
  t.equal(await taken(queue), undefined);
});

t.test('a key that is added while it is worked on comes again after that, not beside it', async (t) => {
  const queue = new Queue();
  queue.add('a');
  t.equal(await taken(queue), 'a');
  queue.add('a');
  queue.add('b');
  t.equal(await taken(queue), 'b', 'the busy key is held back');
  const next = queue.take();
  queue.done('a');
  t.equal(await next, 'a');
});

t.test('a delayed key comes when its time is there, and the sooner of two delays holds', async (t) => {
  const clock = new ManualClock();
  const queue = new Queue({ clock });
  queue.addAfter('a', 1_000);
  queue.addAfter('a', 5_000);
  queue.addAfter('b', 3_000);
  queue.addAfter('b', 2_000);
  clock.advance(999);
  t.equal(queue.depth, 0);
  clock.advance(1);
  t.equal(queue.depth, 1);
  clock.advance(1_000);
  t.equal(queue.depth, 2);
  clock.advance(60_000);
  t.equal(queue.depth, 2, 'what was given out does not come again');
});

t.test('an add takes the place of a delay', async (t) => {
  const clock = new ManualClock();
  const queue = new Queue({ clock });
  queue.addAfter('a', 1_000);
  queue.add('a');
  t.equal(await taken(queue), 'a');
  queue.done('a');
  clock.advance(10_000);
  t.equal(queue.depth, 0);
});

t.test('the back-off of a key grows on its own and starts anew once forgotten', async (t) => {
  const queue = new Queue({ clock: new ManualClock(), random: () => 0.5, range: { baseMs: 100, maxMs: 1_000 } });
  t.same([queue.retry('a'), queue.retry('a'), queue.retry('a'), queue.retry('a'), queue.retry('a')], [50, 100, 200, 400, 500]);
  t.equal(queue.retry('b'), 50);
  queue.forget('a');
  t.equal(queue.retry('a'), 50);
});

t.test('closing lets every waiting worker go and gives out nothing more', async (t) => {
  const clock = new ManualClock();
  const queue = new Queue({ clock });
  const waiting = [queue.take(), queue.take()];
  queue.addAfter('late', 10);
  queue.close();
  t.same(await Promise.all(waiting), [undefined, undefined]);
  queue.add('a');
  clock.advance(100);
  t.equal(await queue.take(), undefined);
});

const step = fc.record({ do: fc.constantFrom('add', 'addAfter', 'take', 'done', 'retry', 'advance'), key: fc.constantFrom('a', 'b', 'c'), ms: fc.nat(200) });

t.test('whatever is done to it, no key is with two workers and none that was added is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = new ManualClock();
      const queue = new Queue({ clock });
      const busy = new Set<string>();
      const owed = new Set<string>();
      const take = async (): Promise<boolean> => {
        if (queue.depth === 0) return false;
        const key = (await queue.take())!;
        if (busy.has(key)) throw new Error(`${key} was given to two workers`);
        busy.add(key);
        owed.delete(key);
        return true;
      };
      for (const { do: act, key, ms } of steps) {
        if (act === 'add' || act === 'addAfter' || act === 'retry') owed.add(key);
        if (act === 'add') queue.add(key);
        if (act === 'addAfter') queue.addAfter(key, ms);
        if (act === 'retry') queue.retry(key);
        if (act === 'take') await take();
        if (act === 'done' && busy.delete(key)) queue.done(key);
        if (act === 'advance') clock.advance(ms);
      }
      for (const key of busy) queue.done(key);
      busy.clear();
      clock.advance(100_000);
      while (await take());
      if (owed.size > 0) throw new Error(`lost: ${[...owed].join()}`);
    }),
    { numRuns: 10_000 },
  );
});
