import { eventKind, type ApiError, type Event, type Resource } from '@spawnit/contract';
import t, { type Test } from 'tap';
import { startPlane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';

const start = (t: Test) => startPlane(t, { catalogueDir: shopCatalogue(t) });
const path = '/apis/spawnit.dev/v1/namespaces/default/services';

t.test('several writes become real together: one commit, each seeing those before it', async (t) => {
  const plane = await start(t);
  const admin = plane.as('admin');
  const { seq } = plane.context.registry.view;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  const { objects, resourceVersion } = await admin.commit([
    { verb: 'create', object: namespace },
    { verb: 'create', object: service('a', {}, { namespace: 'shop' }) as never },
    { verb: 'create', object: service('b', {}, { namespace: 'shop' }) as never },
    { verb: 'update', object: { ...service('b', { suspend: true }, { namespace: 'shop' }) } as never },
  ]);
  t.equal(plane.context.registry.view.seq, seq + 1);
  t.match(objects, [{ kind: 'Namespace' }, { metadata: { name: 'a', namespace: 'shop' } }, {}, { spec: { suspend: true } }]);
  t.match(await admin.services.get('b', 'shop'), { spec: { suspend: true }, metadata: { resourceVersion: (objects[3] as Resource).metadata.resourceVersion } });
  t.ok(Number(resourceVersion) >= Number((objects[3] as Resource).metadata.resourceVersion));
});

t.test('none of it stands when one part is refused', async (t) => {
  const plane = await start(t);
  const admin = plane.as('admin');
  const made = await admin.services.create(service('a'));
  const { seq } = plane.context.registry.view;
  const refused = (ops: Parameters<typeof admin.commit>[0], code: string) => t.rejects(admin.commit(ops), { code } as unknown as ApiError, code);
  const first = { verb: 'create' as const, object: service('b') as never };
  await refused([first, { verb: 'create', object: service('a') as never }], 'AlreadyExists');
  await refused([first, { verb: 'update', object: { ...made, metadata: { ...made.metadata, resourceVersion: '1' } } as never }], 'Conflict');
  await refused([first, { verb: 'delete', object: service('none') as never }], 'NotFound');
  await refused([first, { verb: 'create', object: service('c', { template: 'none' }) as never }], 'Invalid');
  await refused([first, { verb: 'create', object: { ...service('c'), kind: 'Srvice' } as never }], 'Invalid');
  await refused([], 'Invalid');
  t.equal(plane.context.registry.view.seq, seq);
});

t.test('a POST repeated under one Idempotency-Key has one effect and one answer (I10)', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  const generated = service(undefined as unknown as string, {}, { generateName: 'a-' });
  const post = (key: string) => services.create(generated, { idempotencyKey: key });
  const first = await post('k1');
  t.strictSame(await services.get(first.metadata.name, 'default'), first, 'the version that was answered is the stored one');
  await services.patch(first.metadata.name, 'default', { spec: { suspend: true } });
  t.strictSame(await post('k1'), first);
  const racing = await Promise.all(Array.from({ length: 8 }, () => post('k2')));
  t.equal(new Set(racing.map(({ metadata }) => metadata.uid)).size, 1);
  t.equal((await services.list()).items.length, 2);
  await t.rejects(services.create(service('other'), { idempotencyKey: 'k1' }), { status: 422, message: /used for another request/ } as unknown as ApiError);
  await services.create(service('other'), { idempotencyKey: 'k3' });
  t.not((await post('k4')).metadata.uid, first.metadata.uid);
});

t.test('a key belongs to who sent it', async (t) => {
  const plane = await start(t);
  const event = (name: string): Event => ({ apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: 'default' }, involvedObject: { kind: 'Service', name: 'a' }, reason: name, message: 'm', type: 'Normal', count: 1, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z', source: { component: 'x' } }) as Event;
  await plane.as('reconciler').events.create(event('one'), { idempotencyKey: 'k' });
  t.equal((await plane.as('scheduler').events.create(event('two'), { idempotencyKey: 'k' })).reason, 'two');
});

t.test('a refusal is not remembered: what was mended may be tried under the same key', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  await t.rejects(services.create(service('a', {}, { namespace: 'default' }), { idempotencyKey: 'k' }).then(() => services.create(service('a'), { idempotencyKey: 'k2' })), { code: 'AlreadyExists' } as unknown as ApiError);
  await t.rejects(services.create(service('b', { template: 'none' }), { idempotencyKey: 'k3' }), { code: 'Invalid' } as unknown as ApiError);
  t.equal((await services.create(service('b'), { idempotencyKey: 'k3' })).metadata.name, 'b');
  t.ok(path);
});

t.test('equal events are counted, and only so many are kept', async (t) => {
  const plane = await start(t);
  const { events } = plane.as('reconciler');
  const say = (message: string, time = '2026-01-01T00:00:00Z') =>
    ({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'x', namespace: 'default' }, involvedObject: { kind: 'Service', name: 'a', uid: 'u' }, reason: 'R', message, type: 'Normal', firstTimestamp: time, lastTimestamp: time, source: { component: 'reconciler' } }) as unknown as Event;
  await events.create(say('one'));
  t.equal((await events.create(say('one', '2026-01-02T00:00:00Z'))).count, 2);
  await events.create(say('two'));
  t.strictSame((await events.list({ fieldSelector: 'involvedObject.uid=u' })).items.map(({ message, count, firstTimestamp, lastTimestamp }) => [message, count, firstTimestamp, lastTimestamp]).sort(), [['one', 2, '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'], ['two', 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z']]);
  for (let i = 0; i < 1_100; i += 100) await plane.as('reconciler').commit(Array.from({ length: 100 }, (_, j) => ({ verb: 'create' as const, object: say(`m${i + j}`, new Date(Date.UTC(2026, 1, 1) + (i + j) * 1000).toISOString()) as never })));
  const kept = await events.list();
  t.equal(kept.items.length, 1_000);
  t.notOk(kept.items.some(({ message }) => message === 'one'), 'the oldest went');
  await t.rejects(plane.as('admin').events.create(say('x')), { code: 'Forbidden' } as unknown as ApiError);
  t.ok(eventKind);
});
