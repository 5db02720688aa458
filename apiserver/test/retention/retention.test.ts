import type { Resource } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { Retention } from '../../src/retention/part.js';
import { createJob, createService, startPlane, type Plane } from '../agent/plane.js';

const many = 1_200;

interface Hours {
  wall: number;
  monotonic: number;
}

/** A server whose limits are as told, and retentions whose clocks can be put forward. */
async function plane(t: Test): Promise<{ plane: Plane; retention(ahead: Hours): Retention }> {
  const plane = await startPlane(t);
  const { context } = plane;
  const ahead = (hours: Hours) => ({ ...context, now: () => new Date(Date.parse(context.now()) + hours.wall * 3_600_000).toISOString(), monotonic: () => hours.monotonic * 3_600_000 });
  return { plane, retention: (hours) => new Retention(ahead(hours)) };
}

t.test('events and idempotency keys go when they are over their time, however many, and a watch sees each go', async (t) => {
  const { plane: server, retention } = await plane(t);
  const admin = server.as('admin');
  await admin.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kept' } });
  await createService(server, 'a');
  const about = await admin.services.get('a', 'default');
  const names: string[] = [];
  for (let i = 0; i < many; i += 100) await server.as('reconciler').commit(Array.from({ length: 100 }, (_, j) => ({ verb: 'create' as const, object: event(about, `happening ${i + j}`, names) as never })));
  for (let i = 0; i < 20; i++) await admin.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `once-${i}` } }, { idempotencyKey: `key-${i}` });
  t.equal([...server.context.registry.view.list('idempotency/')].length, 20);
  const before = await admin.events.list();
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const gone = new Set<string>();
  void (async () => {
    for await (const { type, object } of admin.events.watch({ resourceVersion: before.metadata.resourceVersion, signal: ending.signal })) if (type === 'DELETED') gone.add((object as Resource).metadata.name);
  })().catch(() => undefined);

  const hours = { wall: 0, monotonic: 0 };
  const first = retention(hours);
  await first.prune();
  hours.wall = hours.monotonic = 71;
  await first.prune();
  t.equal((await admin.events.list()).items.length, before.items.length, 'not before their time');
  t.equal([...server.context.registry.view.list('idempotency/')].length, 0, 'keys have a shorter one');
  // Two servers at once.
  hours.wall = hours.monotonic = 73;
  await Promise.all([first.prune(), retention(hours).prune()]);
  t.equal((await admin.events.list()).items.length, 0);
  await waitFor(() => gone.size === before.items.length, { what: 'the watch to have told of all' });
});

t.test('a wall clock that jumps takes no idempotency key that was used a moment ago (I10, I12)', async (t) => {
  const { plane: server, retention } = await plane(t);
  const { namespaces } = server.as('admin');
  const make = () => namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 'once-' } } as never, { idempotencyKey: 'once' });
  const hours = { wall: 0, monotonic: 0 };
  const looking = retention(hours);
  await looking.prune();
  const { metadata } = await make();
  hours.wall = 1_000;
  await looking.prune();
  hours.monotonic = 0.9;
  await looking.prune();
  t.equal((await make()).metadata.uid, metadata.uid);
  hours.monotonic = 1.9;
  await looking.prune();
  t.equal([...server.context.registry.view.list('idempotency/')].length, 0);
});

t.test('a module that nothing names goes after its time; one that a template, a revision or a job names stays', async (t) => {
  const { plane: server } = await plane(t);
  const admin = server.as('admin');
  await createService(server, 'a');
  await createJob(server, 'a');
  const before = (await admin.modules.list()).items.map(({ metadata }) => metadata.name);
  const unnamed = await admin.modules.create({ apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: {}, spec: { root: '.', files: { 'main.tf': 'output "x" { value = 1 }' } } } as never);
  const clock = { hours: 0 };
  const retention = new Retention({ ...server.context, monotonic: () => clock.hours * 3_600_000 });
  await retention.prune();
  clock.hours = 23;
  await retention.prune();
  t.ok((await admin.modules.list()).items.some(({ metadata }) => metadata.name === unnamed.metadata.name), 'not before its time');
  clock.hours = 24;
  await retention.prune();
  t.same((await admin.modules.list()).items.map(({ metadata }) => metadata.name).sort(), before.sort());
});

function event(about: Resource, message: string, names: string[]): Resource {
  const now = new Date().toISOString();
  const name = `a-${names.length}`;
  names.push(name);
  const involvedObject = { apiVersion: about.apiVersion, kind: about.kind, namespace: 'default', name: about.metadata.name, uid: about.metadata.uid };
  return { apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: 'default' }, involvedObject, reason: 'Test', message, type: 'Normal', count: 1, firstTimestamp: now, lastTimestamp: now, source: { component: 'reconciler' } } as unknown as Resource;
}
