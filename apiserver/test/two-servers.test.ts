import { Client, type ApiError, type Service } from '@spawnit/contract';
import { tempDir, waitFor } from '@spawnit/testkit';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startPlane } from './agent/plane.js';
import { service, shopCatalogue } from './shop.js';
import { nextChange } from './watch/next-change.js';

/** Two servers of one cluster: the same objects, the same root key, nothing else in common. */
async function pair(t: Test) {
  const [one, two] = [tempDir(t), tempDir(t)];
  const store = { driver: 'files' as const, dir: join(tempDir(t), 'store') };
  const catalogueDir = shopCatalogue(t);
  const a = await startPlane(t, { dataDir: one, store, catalogueDir });
  cpSync(join(one, 'keys'), join(two, 'keys'), { recursive: true });
  const b = await startPlane(t, { dataDir: two, store, catalogueDir });
  return { a, b, one, store, catalogueDir };
}

t.test('what one server acknowledged the other answers at once, and its watches bring it', async (t) => {
  const { a, b } = await pair(t);
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const watch = b.as('admin').services.watch({ resourceVersion: (await b.as('admin').services.list()).metadata.resourceVersion, signal: ending.signal });
  const next = nextChange(watch);
  const made = await a.as('admin').services.create(service('a'));
  t.strictSame(await b.as('admin').services.get('a', 'default'), made);
  t.strictSame(await next, { type: 'ADDED', object: made });
});

t.test('two servers never both give away what there is once', async (t) => {
  const { a, b } = await pair(t);
  const create = (i: number) => (i % 2 ? a : b).as('admin').services.create(service(i < 8 ? 'same' : `s${i}`, { parameters: { image: 'x', ...(i >= 8 && { port: 8080 }) } }));
  const done = await Promise.allSettled(Array.from({ length: 16 }, (_, i) => create(i)));
  const made = done.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  t.strictSame(made.map((each: Service) => each.spec.parameters['port'] ?? 'same').sort(), [8080, 'same'].sort(), 'one of the name, one of the port');
  for (const each of done) if (each.status === 'rejected') t.ok(['AlreadyExists', 'Invalid'].includes((each.reason as ApiError).code));
});

t.test('a token of one server is good at the other, and a watch begun here goes on there', async (t) => {
  const { a, b, one } = await pair(t);
  const client = new Client({ server: b.url, token: readFileSync(join(one, 'tokens/admin'), 'utf8').trim() });
  t.teardown(() => client.close());
  const { metadata } = await a.as('admin').services.create(service('a'));
  await a.as('admin').services.patch('a', 'default', { spec: { suspend: true } });
  await waitFor(() => b.context.registry.rv >= a.context.registry.rv, { what: 'the other to have read on' });
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const { value } = await client.services.watch({ resourceVersion: metadata.resourceVersion, signal: ending.signal }).next();
  t.match(value, { type: 'MODIFIED', object: { spec: { suspend: true } } });
});

t.test('a list that was begun at one server goes on at the other, of the same moment', async (t) => {
  const { a, b } = await pair(t);
  for (const name of ['a', 'b', 'c']) await a.as('admin').services.create(service(name));
  const first = await a.as('admin').services.list({ limit: 1 });
  await a.as('admin').services.create(service('d'));
  await b.as('admin').services.patch('c', 'default', { spec: { suspend: true } });
  const rest = await b.as('admin').services.list({ continue: first.metadata.continue });
  t.strictSame(rest.items.map(({ metadata: { name }, spec: { suspend } }) => [name, suspend]), [['b', false], ['c', false]]);
  t.equal(rest.metadata.resourceVersion, first.metadata.resourceVersion);
});

t.test('owners of fields are the same at both servers, and a conflict is a conflict at either', async (t) => {
  const { a, b } = await pair(t);
  await a.as('admin').services.create(service('a'));
  const apply = (at: typeof a, manager: string, environment: string) =>
    at.as('admin').transport.json({ method: 'PATCH', path: '/apis/spawnit.dev/v1/namespaces/default/services/a', query: { fieldManager: manager }, contentType: 'application/apply-patch+yaml', body: { apiVersion: 'spawnit.dev/v1', kind: 'Service', spec: { environment } } });
  await apply(a, 'one', 'staging');
  await t.rejects(apply(b, 'two', 'production'), { code: 'Conflict', message: /"one"/ } as unknown as ApiError);
  const both = await Promise.allSettled([apply(a, 'one', 'production'), apply(b, 'two', 'development')]);
  t.same(both.map(({ status }) => status), ['fulfilled', 'rejected'], 'at once as well');
});

t.test('a server with another root key is told so and does not start', async (t) => {
  const { store, catalogueDir } = await pair(t);
  await t.rejects(startPlane(t, { store, catalogueDir }), { message: /belongs to a cluster with another root key.*copy the keys folder/ });
});
