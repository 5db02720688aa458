import { ApiError, serviceKind, type Namespace, type Service } from '@spawnit/contract';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { listPage } from '../../src/resources/read.js';
import { WatchExpired } from '../../src/store/log/errors.js';
import { startPlane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';

async function withServices(t: Test, ...names: string[]) {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const client = plane.as('admin');
  for (const name of names) await client.services.create(service(name, {}, { labels: { app: name, tier: name < 'c' ? 'front' : 'back' } }));
  return { plane, client, services: client.services };
}
const names = ({ items }: { items: Service[] }) => items.map(({ metadata }) => metadata.name);

t.test('a list can be taken by namespace, labels and fields', async (t) => {
  const { client, services, plane } = await withServices(t, 'a', 'b', 'c');
  await client.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } as Namespace);
  await services.create(service('d', {}, { namespace: 'shop' }));
  t.strictSame(names(await services.list({ namespace: 'default' })), ['a', 'b', 'c']);
  t.strictSame(names(await services.list()), ['a', 'b', 'c', 'd']);
  t.strictSame(names(await services.list({ labelSelector: 'tier in (front),app!=a' })), ['b']);
  t.strictSame(names(await services.list({ fieldSelector: 'metadata.namespace!=default' })), ['d']);
  await plane.as('reconciler').services.patch('b', 'default', { status: { phase: 'Failed' } }, { subresource: 'status' });
  t.strictSame(names(await services.list({ fieldSelector: 'status.phase=Failed,spec.template=web' })), ['b']);
  await t.rejects(services.list({ labelSelector: 'a in b' }), { code: 'BadRequest' } as unknown as ApiError);
  await t.rejects(services.list({ fieldSelector: 'spec.image=x' }), { code: 'BadRequest' } as unknown as ApiError);
});

t.test('all pages are of one moment, whatever is written between them', async (t) => {
  const { services, plane } = await withServices(t, 'b', 'd', 'f', 'g');
  const first = await services.list({ limit: 2 });
  t.strictSame(names(first), ['b', 'd']);
  const was = await services.get('f', 'default');
  for (const name of ['a', 'c', 'e']) await services.create(service(name));
  await services.patch('f', 'default', { spec: { suspend: true } });
  await services.delete('g', 'default');
  await plane.as('reconciler').services.patch('g', 'default', { metadata: { finalizers: [] } });
  const second = await services.list({ limit: 2, continue: first.metadata.continue });
  t.strictSame(names(second), ['f', 'g'], 'nothing that came later, and what is gone since');
  t.strictSame(second.items[0], was, 'as it was, its version too');
  const then = { resourceVersion: first.metadata.resourceVersion, resourceVersionMatch: 'Exact' } as object;
  t.strictSame(names(await services.list(then)), ['b', 'd', 'f', 'g'], 'the moment can be asked for by its version');
  t.equal(second.metadata.continue, undefined, 'the last page says so');
  t.equal(second.metadata.resourceVersion, first.metadata.resourceVersion, 'a watch from either page misses nothing');
  await t.rejects(services.list({ continue: 'nonsense' }), { code: 'BadRequest', message: /continue/ } as unknown as ApiError);
  await t.rejects(services.list({ namespace: 'default', continue: Buffer.from('{"after":"jobs/x","rv":1}').toString('base64url') }), { code: 'BadRequest' } as unknown as ApiError);
});

t.test('a list whose moment is past is told so, with a token to go on with what there is', async (t) => {
  const { plane } = await withServices(t, 'a', 'b', 'c');
  const registry = plane.context.registry;
  const kept = listPage(plane.context, serviceKind, undefined, () => true, { limit: 1 });
  const forgetful = { rv: registry.rv, view: registry.view, viewAt: (rv: number) => (rv < registry.rv ? fail(new WatchExpired(rv, registry.rv)) : registry.view) };
  await plane.as('admin').services.create(service('d'));
  forgetful.rv = registry.rv;
  const pageOf = (token: string | undefined) => listPage({ registry: forgetful } as unknown as typeof plane.context, serviceKind, undefined, () => true, { continue: token });
  const error = caught(() => pageOf(kept.metadata.continue));
  t.match(error.toStatus(), { code: 410, reason: 'Expired', metadata: { continue: String } });
  t.strictSame(pageOf(error.details.continue).items.map(({ metadata: { name } }) => name), ['b', 'c', 'd']);
  t.equal(ApiError.fromStatus(error.toStatus()).details.continue, error.details.continue, 'clients of ours are told, too');
});

function fail(error: Error): never {
  throw error;
}

function caught(run: () => unknown): ApiError {
  try {
    run();
  } catch (error) {
    return error as ApiError;
  }
  throw new Error('nothing was thrown');
}

t.test('a long list is whole, as JSON and as YAML', async (t) => {
  const { plane, client, services } = await withServices(t);
  const wide = { text: 'ünïcode 日本 '.repeat(400) };
  const all = Array.from({ length: 60 }, (_, i) => `s-${String(i).padStart(2, '0')}`);
  await Promise.all(all.map((name) => services.create(service(name, {}, { annotations: wide }))));
  const listed = await services.list();
  t.strictSame(names(listed), all);
  t.strictSame(listed.items[59], await services.get('s-59', 'default'), 'each as if it was read alone');
  t.match(listed, { kind: 'ServiceList', metadata: { resourceVersion: /^\d+$/ } });
  const ask = (accept: string) => fetch(`${plane.url}/apis/spawnit.dev/v1/services`, { headers: { authorization: `Bearer ${client.transport.options.token}`, accept } });
  const plain = await ask('application/json');
  t.match(plain.headers.get('content-type'), /^application\/json/);
  t.ok((await plain.text()).length > 200_000);
  t.strictSame(names(parse(await (await ask('application/yaml')).text())), all);
});

t.test('a version that is nowhere is told, and 0 takes what there is', async (t) => {
  const { services } = await withServices(t, 'a');
  t.strictSame(names(await services.list({ resourceVersion: '0' })), ['a']);
  await t.rejects(services.list({ resourceVersion: '999999999999' }), { code: 'Timeout', message: /Too large resource version/ } as unknown as ApiError);
  await t.rejects(services.list({ resourceVersion: 'x' }), { code: 'BadRequest' } as unknown as ApiError);
});

t.test('what kubectl prints is had as a Table, in both of its versions', async (t) => {
  const { client, plane } = await withServices(t, 'a', 'b');
  const table = (version: string, path = '/apis/spawnit.dev/v1/services') => client.transport.json<Record<string, unknown>>({ path, accept: `application/json;as=Table;v=${version};g=meta.k8s.io,application/json` });
  for (const version of ['v1', 'v1beta1']) t.match(await table(version), { kind: 'Table', apiVersion: `meta.k8s.io/${version}`, rows: [{ cells: ['a'], object: { kind: 'PartialObjectMetadata' } }, { cells: ['b'] }] });
  t.match(await table('v1', '/apis/spawnit.dev/v1/namespaces/default/services/a'), { rows: [{ cells: ['a'] }] });
  const only = await client.transport.json({ path: '/apis/spawnit.dev/v1/services', accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' });
  t.match(only, { kind: 'PartialObjectMetadataList', items: [{ metadata: { name: 'a' } }, {}] });
  t.ok(plane);
});
