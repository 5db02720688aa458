import { Client, type Namespace, type Service } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { createService, startPlane, type Plane } from '../agent/plane.js';

const namespace = (name: string): Namespace => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }) as Namespace;
const note = (name: string, of: string): Service => ({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: of }, spec: { template: 'note' } }) as unknown as Service;

/** One who has business in `hers` alone, beside a service of others in `default`. */
async function scene(t: Test): Promise<{ plane: Plane; admin: Client; ann: Client }> {
  const plane = await startPlane(t);
  const admin = plane.as('admin');
  for (const name of ['hers', 'theirs']) await admin.namespaces.create(namespace(name));
  await createService(plane, 'others');
  const { token, expires } = await admin.createToken({ name: 'ann', namespaces: ['hers'], days: 1 });
  t.ok(Date.parse(expires) > Date.now());
  const ann = new Client({ server: plane.url, token });
  t.teardown(() => ann.close());
  return { plane, admin, ann };
}

const forbidden = { code: 'Forbidden' };

t.test('who is bound to a namespace does there all that people do, and nothing elsewhere', async (t) => {
  const { ann } = await scene(t);
  await ann.services.create(note('mine', 'hers'));
  await ann.services.patch('mine', 'hers', { spec: { suspend: true } });
  t.match(await ann.stateHistory('hers', 'mine').catch((error: unknown) => error), { items: [] });
  await t.rejects(ann.source('hers', 'mine'), { code: 'NotFound', message: /nothing of service hers\/mine was applied yet/ });
  for (const refused of [
    () => ann.services.get('others', 'default'),
    () => ann.services.list({ namespace: 'default' }),
    () => ann.services.create(note('x', 'theirs')),
    () => ann.services.patch('others', 'default', { spec: { suspend: true } }),
    () => ann.services.delete('others', 'default'),
    () => ann.check('default', 'others'),
    () => ann.stateHistory('default', 'others'),
    () => ann.pullState('default', 'others'),
    () => ann.source('default', 'others'),
    () => ann.logs('default', 'a-job'),
    () => ann.act('default', 'others', 'restart', {}),
    () => ann.commit([{ verb: 'create', object: note('x', 'hers') as never }]),
    () => ann.namespaces.get('theirs'),
    () => ann.namespaces.create(namespace('more')),
    () => ann.namespaces.patch('hers', undefined, { spec: { maxServices: 1_000 } } as never),
    () => ann.namespaces.delete('hers'),
    () => ann.nodes.list(),
    () => ann.templates.delete('note'),
    () => ann.restore({ to: 1 }),
    () => ann.history(),
    () => ann.backup(),
    () => ann.createToken({ name: 'other', namespaces: ['theirs'] }),
    () => ann.transport.text({ path: '/apis/spawnit.dev/v1/events-stream?kinds=services' }),
  ]) await t.rejects(refused(), forbidden, String(refused));
  await t.rejects(ann.services.create(note('y', 'theirs')), { message: /ann@hers is bound to namespace hers: this is outside/ });
  const elsewhere = { ...note('z', 'theirs') };
  await t.rejects(ann.transport.json({ method: 'POST', path: '/apis/spawnit.dev/v1/namespaces/hers/services', body: elsewhere }), { code: 'BadRequest' }, 'nor by what a body says');
  t.equal((await ann.templates.get('note')).metadata.name, 'note');
  t.match(await ann.namespaces.get('hers'), { metadata: { name: 'hers' } });
});

t.test('lists and watches of all namespaces show what is hers alone', async (t) => {
  const { admin, ann } = await scene(t);
  await admin.services.create(note('mine', 'hers'));
  t.same((await ann.services.list()).items.map(({ metadata }) => metadata.name), ['mine']);
  t.same((await ann.namespaces.list()).items.map(({ metadata }) => metadata.name), ['hers']);
  for (const { metadata } of (await ann.events.list()).items) t.equal(metadata.namespace, 'hers');
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const seen: string[] = [];
  const { resourceVersion } = (await ann.services.list()).metadata;
  void (async () => {
    for await (const { object } of ann.services.watch({ resourceVersion, signal: ending.signal })) seen.push(object.metadata.name);
  })().catch(() => undefined);
  await admin.services.create(note('secret', 'theirs'));
  await admin.services.delete('secret', 'theirs');
  await admin.services.create(note('hers-too', 'hers'));
  await waitFor(() => seen.includes('hers-too'), { what: 'the watch' });
  t.same([...new Set(seen)], ['hers-too']);
});

t.test('she is told what she may, and a token is made for namespaces that are there', async (t) => {
  const { admin, ann } = await scene(t);
  const canI = async (attributes: object) => (await ann.transport.json<{ status: { allowed: boolean } }>({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { group: 'spawnit.dev', ...attributes } } } })).status.allowed;
  t.equal(await canI({ verb: 'create', resource: 'services', namespace: 'hers' }), true);
  t.equal(await canI({ verb: 'create', resource: 'services', namespace: 'theirs' }), false);
  t.equal(await canI({ verb: 'get', resource: 'services', namespace: 'theirs' }), false);
  t.equal(await canI({ verb: 'create', resource: 'services' }), false);
  t.equal(await canI({ verb: 'delete', resource: 'templates' }), false);
  t.equal(await canI({ verb: 'list', resource: 'templates' }), true);
  t.equal(await canI({ verb: 'list', resource: 'nodes' }), false);
  await t.rejects(admin.createToken({ name: 'bob', namespaces: ['nowhere'] }), { code: 'NotFound', message: /create it first/ });
  await t.rejects(admin.createToken({ name: 'bob', namespaces: [] }), { code: 'Invalid' });
  const signIn = await fetch(`${ann.transport.options.server}/session`, { method: 'POST', headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }, body: JSON.stringify({ token: ann.transport.options.token }) });
  t.equal(signIn.status, 403, 'the dashboard shows all namespaces');
});

t.test('what is refused counts against the rate of calls', async (t) => {
  const plane = await startPlane(t, { rateLimit: 10 });
  await plane.as('admin').namespaces.create(namespace('hers'));
  const { token } = await plane.as('admin').createToken({ name: 'ann', namespaces: ['hers'], days: 1 });
  const path = '/apis/spawnit.dev/v1/namespaces/default/services';
  const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(plane.url + path, { headers: { authorization: `Bearer ${token}` } })));
  t.same([...new Set(answers.map(({ status }) => status))].sort(), [403, 429]);
});
