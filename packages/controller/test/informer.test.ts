import { waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { Informer, ManualClock } from '../src/index.js';
import { job, StandInFeed } from './stand-in-source.js';

function start(t: Test, feed: StandInFeed, options: ConstructorParameters<typeof Informer>[1] = {}) {
  const stop = new AbortController();
  const informer = new Informer(feed, { relistMs: 0, ...options }).index('service', (each) => [each.spec.service]);
  const changes: string[] = [];
  informer.onChange((key, object, previous) => changes.push(`${previous ? 'was' : 'new'} ${key} ${object ? 'is' : 'gone'}`));
  const ended = informer.run(stop.signal);
  t.teardown(async () => {
    stop.abort();
    await ended;
  });
  return { informer, changes };
}

t.test('what was there at the start and what changes later is in the cache, by key and by index', async (t) => {
  const feed = new StandInFeed();
  feed.put(job('one', 'web'));
  const { informer, changes } = start(t, feed);
  await informer.synced;
  t.ok(informer.get('team/one'));
  feed.put(job('two', 'web'));
  feed.put(job('one', 'db'));
  await waitFor(() => informer.by('service', 'db').length === 1, { what: 'the change' });
  t.same(informer.by('service', 'web').map((each) => each.metadata.name), ['two']);
  feed.remove('two');
  await waitFor(() => informer.get('team/two') === undefined, { what: 'the removal' });
  t.same(informer.by('service', 'web'), []);
  t.same(changes, ['new team/one is', 'new team/two is', 'was team/one is', 'was team/two gone']);
});

t.test('a full list at intervals finds what the watch never told', async (t) => {
  const feed = new StandInFeed();
  const clock = new ManualClock();
  feed.put(job('stays', 'web'));
  feed.put(job('goes', 'web'));
  const { informer, changes } = start(t, feed, { relistMs: 60_000, clock });
  await informer.synced;
  feed.put(job('comes', 'web'), { unseen: true });
  feed.remove('goes', { unseen: true });
  clock.advance(60_000);
  await waitFor(() => informer.get('team/comes'), { what: 'the second list' });
  t.equal(informer.get('team/goes'), undefined);
  t.equal(feed.lists, 2);
  t.same(changes.slice(2), ['was team/goes gone', 'new team/comes is'], 'what is the same is no change');
});

t.test('asking an index that was never made says so', async (t) => {
  t.throws(() => new Informer(new StandInFeed()).by('node', 'n'), /no index "node"/);
});
