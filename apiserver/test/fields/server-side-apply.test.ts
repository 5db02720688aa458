import { nodeKind, resourcePath, serviceKind, type ApiError, type KindDefinition, type Resource } from '@spawnit/contract';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { startPlane, type Plane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';

const plane = await startPlane(t, { dataDir: tempDir(t), catalogueDir: shopCatalogue(t) });
const { transport, services } = plane.as('admin');

interface Options {
  kind?: KindDefinition;
  force?: boolean;
  dryRun?: boolean;
}

/** What a client of server-side apply sends. */
function apply(manager: string, name: string, spec: object, { kind = serviceKind, force, dryRun }: Options = {}): Promise<Resource<Record<string, never>>> {
  const object = { apiVersion: 'spawnit.dev/v1', kind: kind.kind, metadata: { name }, spec };
  const path = resourcePath(kind, name, kind.namespaced ? 'default' : undefined);
  return transport.json({ method: 'PATCH', path, query: { fieldManager: manager, force, dryRun: dryRun ? 'All' : undefined }, body: object, contentType: 'application/apply-patch+yaml' });
}

const refusal = (of: Promise<unknown>) => of.then(() => undefined, (error: unknown) => error as ApiError);
const base = { template: 'web', parameters: { image: 'busybox' } };
const managers = (object: Resource) => ((object.metadata.managedFields ?? []) as { manager: string; operation: string }[]).map(({ manager, operation }) => `${manager} ${operation}`).sort();

t.test('makes what is not there, and is the owner of what it said, defaults left out', async (t) => {
  const made = await apply('one', 'a', base);
  t.match(made, { metadata: { generation: 1 }, spec: { suspend: false } });
  const [entry] = made.metadata.managedFields as { fieldsV1: object }[];
  t.match(entry, { manager: 'one', operation: 'Apply', apiVersion: 'spawnit.dev/v1', fieldsType: 'FieldsV1' });
  t.strictSame(entry!.fieldsV1, { 'f:spec': { 'f:parameters': { 'f:image': {} }, 'f:template': {} } });
  t.equal((await apply('one', 'a', base)).metadata.resourceVersion, made.metadata.resourceVersion, 'the same again is no write');
});

t.test('a conflict names the other and the field, and force takes it over', async (t) => {
  await apply('one', 'b', { ...base, environment: 'staging' });
  const error = await refusal(apply('two', 'b', { environment: 'production' }));
  t.match(error, { code: 'Conflict', message: /conflict with "one".*\.spec\.environment/, details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.environment', message: /"one"/ }] } });
  const taken = await apply('two', 'b', { environment: 'production' }, { force: true });
  t.match(taken.spec, { environment: 'production' });
  t.match(await refusal(apply('one', 'b', { ...base, environment: 'staging' })), { message: /conflict with "two"/ });
  t.match(await apply('one', 'b', { ...base, environment: 'production' }), { spec: { environment: 'production' } }, 'to want the same is no conflict');
});

t.test('what is no longer applied goes, unless another owns it, too', async (t) => {
  await apply('one', 'c', { ...base, suspend: true, parameters: { image: 'busybox', restart: 'always', name: 'x' } });
  await apply('two', 'c', { parameters: { name: 'x' } });
  const left = await apply('one', 'c', base);
  t.strictSame(left.spec!['parameters'], { image: 'busybox', name: 'x' }, 'the other still wants the name');
  t.equal(left.spec!['suspend'], false);
});

t.test('who changes a field by any other way owns it from then on', async (t) => {
  await apply('one', 'd', { ...base, environment: 'staging' });
  await services.patch('d', 'default', { spec: { environment: 'production' } });
  t.match(await refusal(apply('one', 'd', { ...base, environment: 'staging' })), { code: 'Conflict', message: /\.spec\.environment/ });
  const live = await services.get('d', 'default');
  const [one] = (live.metadata.managedFields as { manager: string; fieldsV1: object }[]).filter(({ manager }) => manager === 'one');
  t.strictSame(one!.fieldsV1, { 'f:spec': { 'f:parameters': { 'f:image': {} }, 'f:template': {} } }, 'and the applier no longer does');
  await services.replace({ ...live, spec: { ...live.spec, approval: 'Manual' } });
  t.match(await refusal(apply('one', 'd', { ...base, approval: 'Auto' })), { code: 'Conflict', message: /\.spec\.approval/ });
  t.same(managers(await services.get('d', 'default')).filter((each) => each.startsWith('one')), ['one Apply'], 'and the applier keeps the rest');
});

t.test('status and finalizers, which have writers of their own, change nothing of it', async (t) => {
  const before = managers(await apply('one', 'e', base));
  await plane.as('reconciler').services.patch('e', 'default', { status: { phase: 'Ready' } }, { subresource: 'status' });
  t.same(managers(await services.get('e', 'default')), before);
  t.notOk((await plane.as('reconciler').services.get('e', 'default')).metadata.managedFields, 'the system has no use for it');
});

t.test('items of a list with keys have owners of their own', async (t) => {
  const node = await nodeNamed(plane, 'n1');
  const taints = (object: Resource) => (object.spec as { taints: object[] }).taints;
  await apply('one', node, { taints: [{ key: 'gpu', effect: 'NoSchedule', value: 'a' }] }, { kind: nodeKind });
  t.strictSame(taints(await apply('two', node, { taints: [{ key: 'disk', effect: 'NoSchedule' }] }, { kind: nodeKind })), [{ key: 'gpu', value: 'a', effect: 'NoSchedule' }, { key: 'disk', effect: 'NoSchedule' }]);
  t.match(await refusal(apply('two', node, { taints: [{ key: 'gpu', effect: 'NoSchedule', value: 'b' }] }, { kind: nodeKind })), { details: { causes: [{ field: '.spec.taints[key="gpu",effect="NoSchedule"].value' }] } });
  t.strictSame(taints(await apply('one', node, {}, { kind: nodeKind })), [{ key: 'disk', effect: 'NoSchedule' }], 'who no longer names its item takes it away, and no other');
});

t.test('a secret is one field, sealed or not, and applying it again is no change', async (t) => {
  const secret = { ...base, parameters: { image: 'busybox', password: 'correct horse' } };
  const made = await apply('one', 'f', secret);
  t.equal((await apply('one', 'f', secret)).metadata.resourceVersion, made.metadata.resourceVersion);
  t.match(await refusal(apply('two', 'f', { parameters: { password: 'another one' } })), { details: { causes: [{ field: '.spec.parameters.password' }] } });
});

t.test('a dry run says all this and does nothing', async (t) => {
  t.match(await apply('one', 'g', base, { dryRun: true }), { metadata: { name: 'g' } });
  t.match(await refusal(services.get('g', 'default')), { code: 'NotFound' });
});

t.test('owners can be handed over, and be forgotten, by those who know how', async (t) => {
  const live = await apply('one', 'h', base);
  const [entry] = live.metadata.managedFields as object[];
  await transport.json({ method: 'PATCH', path: resourcePath(serviceKind, 'h', 'default'), contentType: 'application/json-patch+json', body: [{ op: 'replace', path: '/metadata/managedFields', value: [{ ...entry, manager: 'two' }] }] });
  t.same(managers(await services.get('h', 'default')), ['two Apply']);
  await services.patch('h', 'default', { metadata: { managedFields: [{}] } });
  t.same(managers(await services.get('h', 'default')), []);
});

t.test('what can not be applied is refused in words', async (t) => {
  t.match(await refusal(apply('', 'i', base)), { code: 'Invalid', message: /fieldManager: is required/ });
  t.match(await refusal(apply('one', 'i', { ...base, tmplate: 'x' })), { code: 'Invalid', message: /tmplate/ });
  const status = transport.json({ method: 'PATCH', path: resourcePath(serviceKind, 'a', 'default', 'status'), query: { fieldManager: 'x' }, contentType: 'application/apply-patch+yaml', body: {} });
  t.match(await refusal(status), { code: 'UnsupportedMediaType', message: /fixed writers/ });
  const sent = (body: unknown) => refusal(transport.json({ method: 'PATCH', path: resourcePath(serviceKind, 'a', 'default'), query: { fieldManager: 'x' }, contentType: 'application/apply-patch+yaml', body }));
  for (const body of [[], 'text', { metadata: 1 }, { metadata: { managedFields: [{}] } }]) t.match(await sent(body), { code: /BadRequest|Invalid/ });
  t.match(await sent(service('another')), { code: 'BadRequest', message: /name of the body/ });
});

t.test('long names above many fields can not fill the memory', async (t) => {
  const leaves = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 1]));
  const chain = Array.from({ length: 50 }).reduce<object>((inner) => ({ ['x'.repeat(8_000)]: inner }), leaves);
  await apply('one', 'j', base);
  t.match(await refusal(apply('one', 'j', { ...base, parameters: chain as object })), { code: 'PayloadTooLarge' });
  const sent = { metadata: { managedFields: [{ manager: 'x', operation: 'Apply', fieldsV1: JSON.parse(JSON.stringify(chain).replaceAll('"x', '"f:x').replaceAll('"k', '"f:k').replaceAll(':1', ':{}')) as object }] } };
  t.match(await refusal(services.patch('j', 'default', sent)), { code: 'PayloadTooLarge' });
});

t.test('tens of thousands of fields are given up in no time', async (t) => {
  const annotations = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`note-${index}`, 'x']));
  const object = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'k', annotations }, spec: base };
  await transport.json({ method: 'PATCH', path: resourcePath(serviceKind, 'k', 'default'), query: { fieldManager: 'one' }, contentType: 'application/apply-patch+yaml', body: object });
  const left = await apply('one', 'k', base);
  t.notOk(Object.keys(left.metadata.annotations ?? {}).some((name) => name.startsWith('note-')));
});

async function nodeNamed(plane: Plane, name: string): Promise<string> {
  await plane.as('join').transport.json({ method: 'POST', path: '/agent/v1/join', body: { name } });
  return name;
}

t.test('owners that are sent are bounded together, not each', async (t) => {
  const made = await services.create(service('many'));
  const below = (names: number, levels: number): object => (levels === 0 ? Object.fromEntries(Array.from({ length: names }, (_, i) => [`f:${i}`, {}])) : { 'f:a': below(names, levels - 1) });
  const fieldsV1 = below(9_000, 85);
  const entry = (manager: string) => ({ manager, operation: 'Apply', apiVersion: 'spawnit.dev/v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1 });
  const send = (managedFields: object[]) => services.patch('many', 'default', { metadata: { managedFields } } as never);
  t.equal((await send([entry('one')])).metadata.uid, made.metadata.uid, 'none of them is there, so nobody owns them');
  t.match(await refusal(send([entry('one'), entry('two')])), { code: 'PayloadTooLarge' });
});
