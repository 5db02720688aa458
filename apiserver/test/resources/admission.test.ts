import { agentPaths, authorAnnotation, Client, serviceKind, type ApiError, type Cause, type Namespace, type Service } from '@spawnit/contract';
import t, { type Test } from 'tap';
import { startPlane, type Plane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';

async function withShop(t: Test) {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const { services } = plane.as('admin');
  const refusal = async (made: Service): Promise<Cause[]> => {
    const error = await services.create(made, { dryRun: true }).then(() => undefined, (error: unknown) => error as ApiError);
    return error?.details.causes ?? [];
  };
  return { plane, services, refusal };
}

t.test('a template that is not there is refused with the nearest one', async (t) => {
  const { refusal } = await withShop(t);
  t.strictSame(await refusal(service('a', { template: 'wbe' })), [{ field: 'spec.template', reason: 'FieldValueNotFound', message: 'there is no template "wbe", did you mean "web"?' }]);
});

t.test('parameters are checked by the template’s schema, in words for people', async (t) => {
  const { refusal } = await withShop(t);
  const cases: [parameters: Record<string, unknown>, field: string, message: string][] = [
    [{ port: 70000 }, 'port', 'Port must be 1–65535 (got 70000)'],
    [{ port: 0 }, 'port', 'Port must be 1–65535 (got 0)'],
    [{ port: '80' }, 'port', 'Port must be a whole number (got "80")'],
    [{ ports: [{ internal: 80 }, { internal: 80, external: 70000 }] }, 'ports[1].external', 'Port must be 1–65535 (got 70000)'],
    [{ ports: [{ external: 80 }] }, 'ports[0].internal', 'Port inside is required'],
    [{ ports: [{ internal: 1, intern: 2 }] }, 'ports[0].intern', 'unknown parameter "intern", did you mean "internal"?'],
    [{ prot: 80 }, 'prot', 'unknown parameter "prot", did you mean "port"?'],
    [{ restart: 'sometimes' }, 'restart', 'Restart must be one of no, always (got "sometimes")'],
    [{ image: '' }, 'image', 'Image must not be empty (got "")'],
    [{ image: undefined }, 'image', 'Image is required'],
    [{ name: 'A1' }, 'name', 'Name must be lower-case letters (got "A1")'],
    [{ disk: 0 }, 'disk', 'Disk must be at least 1 GB (got 0)'],
    [{ volume: {} }, 'volume', 'Volume must have exactly one of own, shared'],
    [{ password: 'short' }, 'password', 'Password must have at least 8 characters'],
  ];
  for (const [parameters, field, message] of cases) t.match((await refusal(service('a', { parameters: { image: 'x', ...parameters } }))).map(({ field, message }) => ({ field, message })), [{ field: `spec.parameters.${field}`, message }], message);
  t.equal((await refusal(service('a', { parameters: { prot: 1, port: 0 } }))).length, 3, 'all of them at once');
});

t.test('defaults are not written into what people declared', async (t) => {
  const { services } = await withShop(t);
  t.strictSame((await services.create(service('a'))).spec.parameters, { image: 'busybox' });
});

t.test('parameters may come from other services, if there is such a parameter and such an output', async (t) => {
  const { services, refusal } = await withShop(t);
  await services.create(service('site'));
  const from = (parameter: string, service: string, output: string) => ({ parametersFrom: [{ parameter, service, output }] });
  t.strictSame(await refusal(service('b', { parameters: {}, ...from('image', 'site', 'url') })), [], 'a required parameter may come from there');
  t.match(await refusal(service('b', from('databse', 'site', 'url'))), [{ field: 'spec.parametersFrom[0].parameter', message: /did you mean "database"/ }]);
  t.match(await refusal(service('b', from('database', 'site', 'ulr'))), [{ field: 'spec.parametersFrom[0].output', message: /did you mean "url"/ }]);
  t.match(await refusal(service('b', { parameters: { image: 'x', database: 'd' }, ...from('database', 'site', 'url') })), [{ message: /also given in spec.parameters/ }]);
  t.strictSame(await refusal(service('b', from('database', 'later', 'url'))), [], 'the other service may come later');
});

t.test('services that would wait for each other are refused', async (t) => {
  const { services, refusal } = await withShop(t);
  t.match(await refusal(service('a', { dependsOn: ['a'] })), [{ field: 'spec.dependsOn', message: /a → a/ }]);
  await services.create(service('c', { dependsOn: ['a'] }));
  await services.create(service('b', { parametersFrom: [{ parameter: 'database', service: 'c', output: 'url' }] }));
  t.match(await refusal(service('a', { dependsOn: ['b'] })), [{ field: 'spec.dependsOn', message: /a → b → c → a/ }]);
  t.match(await refusal(service('a', { parametersFrom: [{ parameter: 'database', service: 'b', output: 'url' }] })), [{ field: 'spec.parametersFrom' }]);
});

/** A node on an engine of its own. */
async function joinEngine(t: Test, plane: Plane, name: string): Promise<void> {
  const { token } = await plane.as('join').transport.json<{ token: string }>({ method: 'POST', path: agentPaths.join, body: { name } });
  const client = new Client({ server: plane.url, token });
  t.teardown(() => client.close());
  await client.transport.json({ method: 'POST', path: agentPaths.heartbeat(name), body: { session: name, counter: 1, running: [], status: { abilities: ['docker'], engine: `engine-${name}` } } });
}

t.test('a host port is given once an engine', async (t) => {
  const { plane, services, refusal } = await withShop(t);
  const on = (name: string, port: number, metadata = {}) => service(name, { parameters: { image: 'x', port } }, metadata);
  await services.create(on('a', 8080));
  t.match(await refusal(on('b', 8080)), [{ field: 'spec.parameters.port', message: 'host port 8080 is taken by service "a": choose another, or leave it out' }]);
  t.match(await refusal(service('b', { parameters: { image: 'x', ports: [{ internal: 1, external: 8080 }] } })), [{ field: 'spec.parameters.ports[0].external' }]);
  t.strictSame(await refusal(on('b', 8081)), []);
  await plane.as('admin').namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } } as Namespace);
  const [foreign] = await refusal(on('b', 8080, { namespace: 'other' }));
  t.match(foreign!.message, /taken by a service of another namespace/);
  t.notMatch(foreign!.message, /"a"/, 'names of other tenants are not told');
  await joinEngine(t, plane, 'n1');
  t.equal((await refusal(on('b', 8080))).length, 1, 'one engine is one place');
  await joinEngine(t, plane, 'n2');
  t.strictSame(await refusal(on('b', 8080)), [], 'two engines are two');
  await services.create(on('b', 8080));
  t.equal((await refusal(on('c', 8080))).length, 1);
  await services.delete('a', 'default');
  t.strictSame(await refusal(on('c', 8080)), [], 'who is leaving gives it back');
  t.match(await services.patch('b', 'default', { spec: { suspend: true } }), { spec: { suspend: true } }, 'nobody is in his own way');
});

t.test('two who want one port at the same moment do not both get it', async (t) => {
  const { services } = await withShop(t);
  const done = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => services.create(service(`s${i}`, { parameters: { image: 'x', port: 80 } }))));
  t.equal(done.filter(({ status }) => status === 'fulfilled').length, 1);
});

t.test('what can not be changed is said to need a new service', async (t) => {
  const { services } = await withShop(t);
  await services.create(service('a'));
  const change = (spec: object) => services.patch('a', 'default', { spec });
  await t.rejects(change({ parameters: { disk: 20 } }), { code: 'Invalid', message: /spec.parameters.disk: Disk can't be changed/ } as unknown as ApiError);
  t.match(await change({ parameters: { disk: 10 } }), { spec: { parameters: { disk: 10 } } }, 'its default by name is no change');
  await t.rejects(change({ template: 'bucket' }), { code: 'Invalid', message: /made by another provider/ } as unknown as ApiError);
});

t.test('a namespace has as many services as it may', async (t) => {
  const { plane, services } = await withShop(t);
  await plane.as('admin').namespaces.patch('default', undefined, { spec: { maxServices: 2 } });
  for (const name of ['a', 'b']) await services.create(service(name));
  await t.rejects(services.create(service('c')), { code: 'Forbidden', message: /may have 2 services and has 2/ } as unknown as ApiError);
  const racing = await Promise.allSettled(['d', 'e'].map((name) => services.create(service(name))));
  t.ok(racing.every(({ status }) => status === 'rejected'));
});

t.test('a template whose parameters are no schema, or whose module is not there, is refused', async (t) => {
  const { plane } = await withShop(t);
  const { templates } = plane.as('admin');
  const web = await templates.get('web');
  const make = (spec: object) => templates.create({ ...web, metadata: { name: 'mine' }, spec: { ...web.spec, ...spec } }, { dryRun: true });
  const parameters = (properties: object, more = {}) => ({ parameters: { type: 'object', additionalProperties: false, properties, ...more } });
  await make({});
  await t.rejects(make({ module: `sha256-${'0'.repeat(64)}` }), { code: 'Invalid', message: /there is no module/ } as unknown as ApiError);
  await t.rejects(make(parameters({ a: { type: 'string', pattern: '(' } })), { message: /not a regular expression/ });
  await t.rejects(make(parameters({ a: { type: 'int' } })), { message: /must be one of string/ });
  await t.rejects(make(parameters({ a: { type: 'integer', default: 'x' } })), { message: /properties.a.default/ });
  await t.rejects(make(parameters({}, { required: ['b'] })), { message: /"b" is required but not among/ });
  t.ok(serviceKind);
});

t.test('who declared a generation is said by the server alone', async (t) => {
  const { services } = await withShop(t);
  const author = async () => (await services.get('a', 'default')).metadata.annotations?.[authorAnnotation];
  await services.create(service('a', {}, { annotations: { [authorAnnotation]: 'somebody' } }));
  t.equal(await author(), 'admin');
  await services.patch('a', 'default', { metadata: { annotations: { [authorAnnotation]: 'somebody' } } });
  t.equal(await author(), 'admin', 'nor does another one come in before its revision is made');
  await services.patch('a', 'default', { metadata: { annotations: { [authorAnnotation]: null, note: 'x' } } } as never);
  t.match((await services.get('a', 'default')).metadata, { generation: 1, annotations: { [authorAnnotation]: 'admin', note: 'x' } });
});
