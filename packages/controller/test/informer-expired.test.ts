import type { Namespace } from '@spawnit/contract';
import { ApiError, Client } from '@spawnit/contract';
import { faultProxy, startApiserver, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { Informer } from '../src/index.js';

t.setTimeout(600_000);

const namespace = (name: string): Namespace => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }) as Namespace;

t.test('a cache whose position is no longer kept lists anew: what went meanwhile is told as gone, what came as new', async (t) => {
  const api = await startApiserver(t, { store: 'files', env: { SPAWNIT_SNAPSHOT_EVERY: '10' } });
  const { namespaces } = api.client('admin');
  for (const name of ['stays', 'goes']) await namespaces.create(namespace(name));
  const proxy = await faultProxy({ target: api.url, t });
  const far = new Client({ server: proxy.endpoint, token: api.token('admin') });
  t.teardown(() => far.close());
  const breaks: unknown[] = [];
  const informer = new Informer<Namespace>(far.namespaces, { relistMs: 0, onBreak: (error) => breaks.push(error) });
  const told: string[] = [];
  const stop = new AbortController();
  const ended = informer.run(stop.signal);
  await informer.synced;
  informer.onChange((key, object, previous) => told.push(`${key} ${object ? (previous ? 'changed' : 'new') : 'gone'}`));

  proxy.cut();
  await namespaces.delete('goes');
  await namespaces.create(namespace('comes'));
  for (let i = 0; i < 40; i++) await namespaces.patch('stays', undefined, { metadata: { labels: { i: String(i) } } });
  await waitFor(() => namespaces.get('goes').then(() => false, (error: unknown) => ApiError.is(error, 'NotFound')), { what: 'the deletion' });
  // A server that begins now has the changes since the last snapshot only.
  await api.restart();
  proxy.heal();

  await waitFor(() => informer.get('comes'), { what: 'the new list' });
  t.ok(breaks.some((error) => ApiError.is(error, 'Expired')), 'it was told that its position is gone');
  t.same(told.toSorted(), ['comes new', 'goes gone', 'stays changed'], 'each once');
  await namespaces.create(namespace('later'));
  await waitFor(() => informer.get('later'), { what: 'the watch after that list' });
  stop.abort();
  await ended;
});
