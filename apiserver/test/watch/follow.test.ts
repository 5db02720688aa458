import { type FollowEvent, type Service } from '@spawnit/contract';
import { startApiserver, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { service, shopCatalogue } from '../shop.js';

t.test('who follows a kind misses nothing and gets nothing twice while the server is killed and started again', async (t) => {
  const api = await startApiserver(t, { store: 'files', env: { SPAWNIT_CATALOGUE_DIR: shopCatalogue(t) } });
  const client = api.client('admin');
  const ending = new AbortController();
  const events: FollowEvent<Service>[] = [];
  let breaks = 0;
  const following = (async () => {
    for await (const event of client.services.follow({ signal: ending.signal, onBreak: () => breaks++ })) events.push(event);
  })().catch(() => undefined);
  t.teardown(async () => {
    ending.abort();
    await following;
  });
  await waitFor(() => events[0]?.type === 'SYNCED', { what: 'the first list' });
  await client.services.create(service('a'));
  await api.restart();
  await client.services.create(service('b'));
  await client.services.patch('a', 'default', { spec: { suspend: true } });
  await api.restart();
  await client.services.create(service('c'));
  await waitFor(() => events.length >= 5, { what: 'all changes' });
  t.ok(breaks >= 2, 'it was broken off');
  t.strictSame(events.map((event) => (event.type === 'SYNCED' ? `SYNCED ${event.items.length}` : `${event.type} ${event.object.metadata.name}`)), ['SYNCED 0', 'ADDED a', 'ADDED b', 'MODIFIED a', 'ADDED c']);
});
