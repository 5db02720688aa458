import { ApiError, Client, nothingDone } from '@spawnit/contract';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { startPlane } from '../agent/plane.js';

t.test('a server that stops ends what is under way, and then at once', async (t) => {
  const dataDir = tempDir(t);
  const plane = await startPlane(t, { dataDir });
  const client = new Client({ server: plane.url, token: readFileSync(join(dataDir, 'tokens/admin'), 'utf8').trim() });
  t.teardown(() => client.close());
  const { registry } = plane.context;
  const write = registry.write.bind(registry);
  let begun = false;
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  registry.write = (async (...args: Parameters<typeof write>) => {
    begun = true;
    await held;
    return write(...args);
  }) as typeof registry.write;
  const made = client.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  await waitFor(() => begun, { what: 'the write to be under way' });
  const watching = client.services.watch({ resourceVersion: String(registry.rv) }).next();
  await waitFor(() => plane.context.streams.size > 0, { what: 'the watch to be open' });
  const stopped = plane.stop();
  t.match(await watching, { done: true }, 'a watch is ended in order');
  go();
  t.match(await made, { metadata: { name: 'team' } }, 'and so is the write');
  await stopped;
});

t.test('a patient client sends again what was certainly not done, and never what may have been', async (t) => {
  const plane = await startPlane(t);
  let refusals = 3;
  let causes = [{ reason: nothingDone, message: 'try again' }];
  plane.context.hooks.admission.unshift(({ object }) => {
    if (refusals-- > 0) throw new ApiError('ServiceUnavailable', 'not now', { causes });
    return object;
  });
  const patient = new Client({ ...plane.as('admin').transport.options, patienceMs: 10_000 });
  t.teardown(() => patient.close());
  const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  t.match(await patient.transport.json({ method: 'POST', path: '/api/v1/namespaces', body: namespace('one') }), { metadata: { name: 'one' } });
  [refusals, causes] = [Infinity, []];
  await t.rejects(patient.transport.json({ method: 'POST', path: '/api/v1/namespaces', body: namespace('two') }), { code: 'ServiceUnavailable' });
  refusals = 3;
  t.match(await patient.namespaces.create(namespace('two')), { metadata: { name: 'two' } }, 'a create is sent with a key, so that it is done once');
});
