import { serviceFinalizer, type ApiError, type Service } from '@spawnit/contract';
import t, { type Test } from 'tap';
import { startPlane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';

async function admin(t: Test) {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  return { plane, client: plane.as('admin'), services: plane.as('admin').services };
}
const code = (name: string, message?: RegExp) => ({ code: name, ...(message && { message }) }) as unknown as ApiError;

t.test('an object is created with what the server says of it, and read back', async (t) => {
  const { services } = await admin(t);
  const made = await services.create({ ...service('a', {}, { labels: { x: 'y' }, uid: 'mine', generation: 7, deletionTimestamp: '2020-01-01T00:00:00Z', finalizers: ['example.com/mine'] }), status: { phase: 'Ready' } });
  t.match(made, { metadata: { name: 'a', namespace: 'default', generation: 1, labels: { x: 'y' }, finalizers: [serviceFinalizer] }, spec: { environment: 'development', drift: { intervalSeconds: 10 } } });
  t.not(made.metadata.uid, 'mine');
  t.equal(made.metadata.deletionTimestamp, undefined);
  t.equal(made.status, undefined, 'a status is not the creator’s to say');
  t.strictSame(await services.get('a', 'default'), made);
  await t.rejects(services.create(service('a')), code('AlreadyExists', /services.spawnit.dev "a" already exists/));
});

t.test('a name is made from generateName', async (t) => {
  const { services } = await admin(t);
  const { metadata } = await services.create(service(undefined as unknown as string, {}, { generateName: 'job-' }));
  t.match(metadata.name, /^job-[a-z0-9]{5}$/);
});

t.test('generation counts changes of the spec only, and a write that changes nothing is none', async (t) => {
  const { services, plane } = await admin(t);
  const first = await services.create(service('a'));
  const labelled = await services.patch('a', 'default', { metadata: { labels: { x: 'y' } } });
  t.equal(labelled.metadata.generation, 1);
  const changed = await services.patch('a', 'default', { spec: { suspend: true } });
  t.equal(changed.metadata.generation, 2);
  const { seq } = plane.context.registry.view;
  const same = await services.replace(changed);
  t.strictSame(same, changed, 'the resourceVersion stays');
  t.strictSame(await services.patch('a', 'default', { spec: { suspend: true, drift: { policy: 'Flag' } } }), changed);
  t.equal(plane.context.registry.view.seq, seq, 'nothing was committed');
  t.ok(Number(changed.metadata.resourceVersion) > Number(first.metadata.resourceVersion));
});

t.test('PUT replaces what people declare and keeps what is the server’s', async (t) => {
  const { services } = await admin(t);
  const made = await services.create(service('a', { suspend: true }, { labels: { x: 'y' } }));
  const { metadata, spec } = await services.replace(service('a'));
  t.match({ metadata, spec }, { metadata: { uid: made.metadata.uid, creationTimestamp: made.metadata.creationTimestamp, finalizers: [serviceFinalizer], generation: 2 }, spec: { suspend: false } });
  t.equal(metadata.labels, undefined);
  await t.rejects(services.replace(service('none')), code('NotFound', /"none" not found in namespace "default"/));
});

t.test('a write with a stale resourceVersion, or meant for another object of the name, is a conflict', async (t) => {
  const { services } = await admin(t);
  const first = await services.create(service('a'));
  await services.patch('a', 'default', { spec: { suspend: true } });
  await t.rejects(services.replace({ ...first, spec: { ...first.spec, environment: 'staging' } }), code('Conflict', /has been changed since it was read/));
  await t.rejects(services.patch('a', 'default', { metadata: { resourceVersion: first.metadata.resourceVersion }, spec: { suspend: false } }), code('Conflict'));
  await t.rejects(services.patch('a', 'default', { metadata: { uid: 'other' } }), code('Conflict', /uid/));
  await t.rejects(services.delete('a', 'default', { preconditions: { uid: 'other' } }), code('Conflict'));
  await t.rejects(services.delete('a', 'default', { preconditions: { resourceVersion: first.metadata.resourceVersion } }), code('Conflict'));
});

t.test('many who change one object at once all get their change in', async (t) => {
  const { services } = await admin(t);
  await services.create(service('a'));
  await Promise.all(Array.from({ length: 20 }, (_, i) => services.patch('a', 'default', { metadata: { labels: { [`l${i}`]: 'x' } } })));
  t.equal(Object.keys((await services.get('a', 'default')).metadata.labels!).length, 20);
});

t.test('both kinds of patch work; null takes away', async (t) => {
  const { services } = await admin(t);
  await services.create(service('a', {}, { labels: { x: 'y', z: 'w' } }));
  t.strictSame((await services.patch('a', 'default', { metadata: { labels: { x: null } } })).metadata.labels, { z: 'w' });
  const patched = await services.patch('a', 'default', [{ op: 'replace', path: '/spec/parameters/image', value: 'nginx' }], { type: 'json' });
  t.equal(patched.spec.parameters['image'], 'nginx');
  await t.rejects(services.patch('a', 'default', [{ op: 'test', path: '/spec/suspend', value: true }], { type: 'json' }), code('Invalid', /operation 0/));
  await t.rejects(services.patch('a', 'default', { metadata: { name: 'b' } }), code('BadRequest', /can't be renamed/));
});

t.test('a dry run answers as the write would and writes nothing', async (t) => {
  const { services, plane } = await admin(t);
  const { seq } = plane.context.registry.view;
  t.match(await services.create(service('a'), { dryRun: true }), { metadata: { name: 'a', uid: String } });
  await t.rejects(services.get('a', 'default'), code('NotFound'));
  await t.rejects(services.create(service('a', { template: 'none' }), { dryRun: true }), code('Invalid'));
  t.equal(plane.context.registry.view.seq, seq);
  await services.create(service('a'));
  t.equal((await services.patch('a', 'default', { spec: { suspend: true } }, { dryRun: true })).metadata.generation, 2);
  await services.delete('a', 'default', { dryRun: true });
  t.match(await services.get('a', 'default'), { spec: { suspend: false }, metadata: { generation: 1 } });
});

t.test('unknown fields are refused, told of or left out, as the caller asks', async (t) => {
  const { plane, client } = await admin(t);
  const path = '/apis/spawnit.dev/v1/namespaces/default/services';
  const body = { ...service('a'), spec: { ...service('a').spec, tmplate: 'x' } };
  const post = (fieldValidation?: string) => client.transport.send({ method: 'POST', path, query: { fieldValidation, dryRun: 'All' }, body });
  await t.rejects(post(), { code: 'Invalid', details: { causes: [{ field: 'spec.tmplate', reason: 'FieldValueUnknown', message: 'unknown field "tmplate", did you mean "template"?' }] } } as unknown as ApiError);
  const warned = await post('Warn');
  t.equal(warned.headers['warning'], '299 - "unknown field \\"spec.tmplate\\""');
  t.notOk(((await warned.body.json()) as Service).spec['tmplate' as keyof Service['spec']]);
  const ignored = await post('Ignore');
  t.equal(ignored.headers['warning'], undefined);
  await ignored.body.dump();
  await t.rejects(post('Sometimes'), code('BadRequest', /fieldValidation/));
  t.ok(plane);
});

t.test('the status is written apart from the spec, each leaving the other alone', async (t) => {
  const { services, plane } = await admin(t);
  const made = await services.create(service('a'));
  const reconciler = plane.as('reconciler').services;
  const after = await reconciler.replaceStatus({ ...made, spec: { ...made.spec, suspend: true }, metadata: { ...made.metadata, labels: { x: 'y' } }, status: { phase: 'Pending' } });
  t.match(after, { spec: { suspend: false }, status: { phase: 'Pending' }, metadata: { generation: 1 } });
  t.equal(after.metadata.labels, undefined);
  const changed = await services.patch('a', 'default', { spec: { suspend: true }, status: { phase: 'Ready' } });
  t.match(changed, { spec: { suspend: true }, status: { phase: 'Pending' } });
  t.match(await reconciler.patch('a', 'default', { status: { url: 'http://x' } }, { subresource: 'status' }), { status: { phase: 'Pending', url: 'http://x' } });
  await t.rejects(reconciler.patch('a', 'default', { status: { phas: 'Ready' } }, { subresource: 'status' }), code('Invalid', /did you mean "phase"/));
});

t.test('what may not change after creation is refused', async (t) => {
  const { client } = await admin(t);
  const [module] = (await client.modules.list()).items;
  await t.rejects(client.modules.patch(module!.metadata.name, undefined, { spec: { title: 'New' } }), code('Invalid', /a Module can't be changed once made/));
  t.match(await client.modules.patch(module!.metadata.name, undefined, { metadata: { labels: { x: 'y' } } }), { metadata: { labels: { x: 'y' } } }, 'labels are no part of what it is');
});

t.test('no number of patches lets an object grow without bound; what was put into it can be taken out', async (t) => {
  const { services } = await admin(t);
  await services.create(service('a'));
  const annotate = (key: string, value: string | null) => services.patch('a', 'default', { metadata: { annotations: { [key]: value } } } as never);
  const chars = 'x'.repeat(250_000);
  const answers = await Array.from({ length: 9 }, (_, i) => `note-${i}`).reduce<Promise<(string | undefined)[]>>(async (before, key) => [...(await before), await annotate(key, chars).then(() => undefined, (error: unknown) => (error as ApiError).code)], Promise.resolve([]));
  t.same(answers, [...Array.from({ length: 8 }), 'PayloadTooLarge']);
  await t.rejects(annotate('note-8', chars), code('PayloadTooLarge', /take something out of it/));
  await annotate('note-0', null);
  await annotate('note-8', chars);
});
