import { serviceFinalizer, serviceKind, type ApiError, type Namespace } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { apply, appliedService } from '../actions/shop-service.js';
import { startPlane } from '../agent/plane.js';
import { all, putOp } from '../../src/resources/records.js';
import { service, shopCatalogue } from '../shop.js';

const code = (name: string, message?: RegExp) => ({ code: name, ...(message && { message }) }) as unknown as ApiError;
const start = (t: Test) => startPlane(t, { catalogueDir: shopCatalogue(t) });

/** What the reconciler does once nothing real is left. */
async function release(plane: Awaited<ReturnType<typeof start>>, name: string, namespace: string): Promise<void> {
  await plane.as('reconciler').services.patch(name, namespace, { metadata: { finalizers: null } });
}

t.test('a service that is deleted stays until its finalizer is taken away, by the reconciler alone', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  await services.create(service('a'));
  t.match(await services.delete('a', 'default'), { metadata: { deletionTimestamp: String, finalizers: [serviceFinalizer] } });
  t.match(await services.delete('a', 'default'), { metadata: { deletionTimestamp: String } }, 'again is no error');
  await t.rejects(services.patch('a', 'default', { metadata: { finalizers: null } }), code('Forbidden', /metadata.finalizers belongs to the reconciler/));
  await t.rejects(plane.as('scheduler').services.patch('a', 'default', { metadata: { finalizers: [] } }), code('Forbidden'));
  await release(plane, 'a', 'default');
  await t.rejects(services.get('a', 'default'), code('NotFound'));
});

t.test('with a service go its jobs and revisions, in one commit', async (t) => {
  const plane = await start(t);
  const [admin, reconciler] = [plane.as('admin'), plane.as('reconciler')];
  const { metadata } = await admin.services.create(service('a'));
  const digest = `sha256-${'0'.repeat(64)}`;
  const spec = { service: 'a', serviceUid: metadata.uid!, generation: 1 };
  await reconciler.commit([
    { verb: 'create', object: { apiVersion: 'spawnit.dev/v1', kind: 'Revision', metadata: { name: 'a-1', namespace: 'default' }, spec: { ...spec, templateVersion: '1', module: digest, moduleRoot: '.', serviceSpec: { template: 'web' } } } },
    { verb: 'create', object: { apiVersion: 'spawnit.dev/v1', kind: 'Job', metadata: { name: 'a-destroy', namespace: 'default' }, spec: { ...spec, type: 'Destroy', revision: 'a-1', module: digest, trigger: 'Delete' } } },
  ]);
  t.equal((await admin.jobs.get('a-destroy', 'default')).status?.phase, 'Pending', 'a job begins as Pending');
  await admin.services.delete('a', 'default');
  const { seq } = plane.context.registry.view;
  await release(plane, 'a', 'default');
  t.equal(plane.context.registry.view.seq, seq + 1);
  t.equal((await admin.jobs.list()).items.length + (await admin.revisions.list()).items.length, 0);
});

t.test('a namespace ends when the last of its services has', async (t) => {
  const plane = await start(t);
  const admin = plane.as('admin');
  await admin.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } as Namespace);
  await admin.services.create(service('a', {}, { namespace: 'shop' }));
  t.match(await admin.namespaces.delete('shop'), { status: { phase: 'Terminating' } });
  await t.rejects(admin.services.create(service('b', {}, { namespace: 'shop' })), code('Conflict', /is being deleted/));
  await waitFor(async () => (await admin.services.get('a', 'shop')).metadata.deletionTimestamp, { what: 'the service to be deleted' });
  t.match(await admin.namespaces.get('shop'), { status: { phase: 'Terminating' } });
  await release(plane, 'a', 'shop');
  await waitFor(() => admin.namespaces.get('shop').then(() => false, () => true), { what: 'the namespace to go' });
  await t.rejects(admin.namespaces.delete('default'), code('Forbidden', /may not be deleted/));
});

/** More than one commit could delete. */
async function many(plane: Awaited<ReturnType<typeof start>>, namespace: string): Promise<number> {
  const admin = plane.as('admin');
  await admin.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } as Namespace);
  const { resourceVersion: _version, ...metadata } = (await admin.services.create(service('a', {}, { namespace }))).metadata;
  const spec = (await admin.services.get('a', namespace)).spec;
  const names = Array.from({ length: 4_200 }, (_, i) => `a-${i}`);
  for (const some of [names.slice(0, 2_100), names.slice(2_100)]) {
    const ops = some.map((name) => putOp(serviceKind, { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { ...metadata, name, uid: name }, spec }));
    await plane.context.registry.write('test', () => ({ ops, result: undefined }));
  }
  return names.length + 1;
}

const leaving = (plane: Awaited<ReturnType<typeof start>>, namespace: string) => [...all(plane.context.registry.view, serviceKind, namespace)].filter(({ metadata }) => metadata.deletionTimestamp).length;

t.test('a namespace of more services than one commit holds is emptied all the same', async (t) => {
  const plane = await start(t);
  const count = await many(plane, 'shop');
  await plane.as('admin').namespaces.delete('shop');
  await waitFor(() => leaving(plane, 'shop') === count, { what: 'all of its services to be deleted' });
});

t.test('a collection of more than one commit holds is deleted as a whole', async (t) => {
  const plane = await start(t);
  const count = await many(plane, 'shop');
  const path = '/apis/spawnit.dev/v1/namespaces/shop/services';
  await plane.as('admin').transport.json({ method: 'DELETE', path, query: { dryRun: 'All' } });
  t.equal(leaving(plane, 'shop'), 0);
  await plane.as('admin').transport.json({ method: 'DELETE', path });
  t.equal(leaving(plane, 'shop'), count);
});

t.test('a collection is deleted by selector', async (t) => {
  const plane = await start(t);
  const admin = plane.as('admin');
  for (const [name, x] of [['a', '1'], ['b', '1'], ['c', '2']]) await admin.services.create(service(name!, {}, { labels: { x: x! } }));
  await admin.transport.json({ method: 'DELETE', path: '/apis/spawnit.dev/v1/namespaces/default/services', query: { labelSelector: 'x=1' } });
  const left = (await admin.services.list()).items.filter(({ metadata }) => !metadata.deletionTimestamp);
  t.strictSame(left.map(({ metadata }) => metadata.name), ['c']);
});

t.test('what others are made from is not deleted under them', async (t) => {
  const plane = await start(t);
  const admin = plane.as('admin');
  await admin.services.create(service('a'));
  await t.rejects(admin.templates.delete('web'), code('Conflict', /template "web" is used by default\/a/));
  const { spec } = await admin.templates.get('web');
  await t.rejects(admin.modules.delete(spec.module), code('Conflict', /template web/));
});

t.test('a template that a service was applied with stays while the next apply is not done', async (t) => {
  const plane = await start(t);
  const admin = plane.as('admin');
  await appliedService(plane, 'a');
  const { apiVersion, kind, spec } = await admin.templates.get('web');
  await admin.templates.create({ apiVersion, kind, metadata: { name: 'site' }, spec });
  await admin.services.patch('a', 'default', { spec: { template: 'site' } });
  await t.rejects(admin.templates.delete('web'), code('Conflict', /template "web" is used by default\/a/));
  await apply(plane, 'a');
  await admin.templates.delete('web');
});

t.test('a service is not orphaned: suspend is said to be the way', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  await services.create(service('a'));
  await t.rejects(services.delete('a', 'default', { propagationPolicy: 'Orphan' }), code('BadRequest', /suspend/));
});
