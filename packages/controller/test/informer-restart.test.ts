import type { Namespace } from '@spawnit/contract';
import { startApiserver, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { Informer } from '../src/index.js';

t.setTimeout(600_000);

const namespace = (name: string): Namespace => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }) as Namespace;

t.test('a cache follows a real server through its kill and restart', async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  const client = api.client('admin');
  await client.namespaces.create(namespace('before'));
  let breaks = 0;
  const stop = new AbortController();
  const informer = new Informer<Namespace>(client.namespaces, { onBreak: () => breaks++ });
  const ended = informer.run(stop.signal);
  await informer.synced;
  t.ok(informer.get('before'));
  await client.namespaces.create(namespace('live'));
  await waitFor(() => informer.get('live'), { what: 'the watch' });
  await api.restart();
  await client.namespaces.create(namespace('after'));
  await client.namespaces.delete('live');
  await waitFor(() => informer.get('after') && !informer.get('live'), { what: 'the watch to be resumed' });
  t.ok(informer.get('before'));
  t.ok(breaks > 0, 'it was told of the break');
  stop.abort();
  await ended;
});
