import { waitFor } from '@spawnit/testkit';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request, type ServerResponse } from 'node:http';
import t from 'tap';
import { createJob, createService, startPlane } from '../agent/plane.js';

t.test('whoever leaves before a stream has begun leaves nothing behind', async (t) => {
  const plane = await startPlane(t);
  const { registry, streams } = plane.context;
  await createService(plane, 'a');
  const job = await createJob(plane, 'a');
  const headers = { authorization: `Bearer ${plane.as('admin').transport.options.token}` };
  const before = registry.load().watchers;
  const sync = registry.sync.bind(registry);

  for (const path of ['services?watch=true', 'events-stream?ages=true', `namespaces/default/jobs/${job.metadata.name}/log?follow=true`]) {
    const url = `${plane.url}/apis/spawnit.dev/v1/${path}`;
    const asked = request(url, { agent: false, headers }).on('error', () => undefined);
    let went = false;
    const leave = (message: unknown) => {
      const { response } = message as { response: ServerResponse };
      // The read is held up until the server knows that nobody waits for it.
      registry.sync = async () => {
        await once(response, 'close');
        went = true;
        return sync();
      };
      setImmediate(() => asked.destroy());
    };
    subscribe('http.server.request.start', leave);
    asked.end();
    await waitFor(() => went, { what: `${path} to be left` });
    unsubscribe('http.server.request.start', leave);
    registry.sync = sync;
    // It waits for the same round of the store, and is answered after the one that was left.
    await plane.as('admin').services.list();
    t.same({ open: streams.size, watchers: registry.load().watchers, waiting: streams.pressure.items }, { open: 0, watchers: before, waiting: 0 }, path);
  }
});
