import { Client, holdPath, leadership, leaseHeader, leaseKind, leaseToken, type HoldAnswer, type HoldRequest, type Lease } from '@spawnit/contract';
import { tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { noteCatalogue } from '../agent/catalogue.js';
import { startPlane, type Plane } from '../agent/plane.js';

const scheduler = (plane: Plane, body: HoldRequest) => plane.as('scheduler').transport.json<HoldAnswer>({ method: 'POST', path: holdPath('scheduler'), body });
const a: HoldRequest = { holder: 'a', session: 'a1' };
const b: HoldRequest = { holder: 'b', session: 'b1' };
const leaseOf = (plane: Plane) => plane.as('admin').of<Lease>(leaseKind).get('scheduler');

/** Writes as the scheduler, under this token or none; what is written is an event. */
async function write(t: Teardown, plane: Plane, dataDir: string, token: string | undefined, message: string): Promise<unknown> {
  const client = new Client({ server: plane.url, token: readFileSync(join(dataDir, 'tokens/scheduler'), 'utf8').trim() });
  t.teardown(() => client.close());
  const now = '2026-01-01T00:00:00Z';
  const object = { apiVersion: 'v1', kind: 'Event', metadata: { name: message, namespace: 'default' }, involvedObject: { kind: 'Service', name: 'x' }, reason: 'Test', message, type: 'Normal', firstTimestamp: now, lastTimestamp: now, source: { component: 'scheduler' } };
  return client.transport.json({ method: 'POST', path: '/apis/spawnit.dev/v1/commits', body: { ops: [{ verb: 'create', object }] }, headers: token === undefined ? {} : { [leaseHeader]: token } });
}

/** Stops the server's monotonic clock, and moves it on in steps that a server which is awake would take. */
function clockOf(plane: Plane): (seconds: number) => Promise<void> {
  const { registry } = plane.context;
  const stopped = plane.context.monotonic();
  let ahead = 0;
  let looks = 0;
  plane.context.monotonic = () => stopped + ahead;
  const health = registry.health.bind(registry);
  registry.health = () => (looks++, health());
  return async (seconds) => {
    for (const end = ahead + seconds * 1_000; ahead < end; ) {
      ahead = Math.min(end, ahead + 4_000);
      const before = looks;
      await waitFor(() => looks > before, { what: 'the server to look at its clock' });
    }
  };
}

t.test('the first who asks leads, others stand by; given back, it goes to the next at a higher epoch', async (t) => {
  const plane = await startPlane(t);
  t.match(await scheduler(plane, a), { held: true, epoch: 1 });
  t.match(await scheduler(plane, b), { held: false, holder: 'a', epoch: 1 });
  t.match(await scheduler(plane, { ...b, release: true }), { held: false }, 'only the holder gives it back');
  t.match(await scheduler(plane, a), { held: true, epoch: 1 });
  await scheduler(plane, { ...a, release: true });
  t.notOk((await leaseOf(plane)).spec.holder);
  t.match(await scheduler(plane, b), { held: true, epoch: 2 });
});

t.test('renewals are in no commit while the server is alone', async (t) => {
  const plane = await startPlane(t);
  await scheduler(plane, a);
  const { rv } = plane.context.registry;
  for (let i = 0; i < 5; i++) await scheduler(plane, a);
  t.equal(plane.context.registry.rv, rv);
});

t.test('a silent holder is followed after its time by the clock of the server, and not before', async (t) => {
  const plane = await startPlane(t);
  const pass = clockOf(plane);
  await scheduler(plane, a);
  await pass(leadership.silenceSeconds - 1);
  t.match(await scheduler(plane, b), { held: false });
  t.match((await leaseOf(plane)).status, { ageSeconds: leadership.silenceSeconds - 1 });
  await pass(2);
  t.match(await scheduler(plane, b), { held: true, epoch: 2 });
  t.match(await scheduler(plane, { holder: 'c', session: 'c1' }), { held: false, holder: 'b' }, 'the new holder counts as heard from its commit on');
});

t.test('an instance that is started anew takes the place of its former self at once, and that one never comes back', async (t) => {
  const plane = await startPlane(t);
  await scheduler(plane, { ...a, fresh: true });
  t.match(await scheduler(plane, { ...a, session: 'a2', fresh: true }), { held: true, epoch: 2 });
  t.match(await scheduler(plane, a), { held: false });
});

t.test('writes of an epoch that has passed are refused inside the commit, and so are those that name none while one leads', async (t) => {
  const dataDir = tempDir(t);
  const plane = await startPlane(t, { dataDir });
  await t.resolves(write(t, plane, dataDir, undefined, 'before'), 'as long as nobody leads');
  await scheduler(plane, a);
  const first = leaseToken({ epoch: 1, session: 'a1' });
  await t.resolves(write(t, plane, dataDir, first, 'leader'));
  await t.rejects(write(t, plane, dataDir, undefined, 'unfenced'), { code: 'NotLeader', message: /a leads at epoch 1.*names no epoch/ });
  await scheduler(plane, { ...a, session: 'a2', fresh: true });
  await t.rejects(write(t, plane, dataDir, first, 'late'), { code: 'NotLeader', status: 409, message: /a leads at epoch 2, and this write is of epoch 1/ });
  await scheduler(plane, { ...a, session: 'a2', release: true });
  await t.rejects(write(t, plane, dataDir, leaseToken({ epoch: 2, session: 'a2' }), 'gone'), { code: 'NotLeader', message: /nobody holds it/ });
  const said = (await plane.as('admin').events.list({ namespace: 'default' })).items.map(({ message }) => message);
  t.strictSame(said.sort(), ['before', 'leader']);
});

t.test('a lease is held by its own controller only, and people only read it', async (t) => {
  const plane = await startPlane(t);
  await t.rejects(plane.as('reconciler').transport.json({ method: 'POST', path: holdPath('scheduler'), body: a }), { code: 'Forbidden' });
  await t.rejects(plane.as('admin').transport.json({ method: 'POST', path: holdPath('scheduler'), body: a }), { code: 'Forbidden' });
  await scheduler(plane, a);
  await t.rejects(plane.as('admin').of(leaseKind).delete('scheduler'), { code: 'Forbidden' });
});

t.test('with two servers a renewal at one is heard at the other before it is acknowledged', async (t) => {
  const dataDir = tempDir(t);
  const config = { dataDir, catalogueDir: noteCatalogue(t), store: { driver: 'files', dir: join(dataDir, 'store') } } as const;
  const [one, two] = [await startPlane(t, config), await startPlane(t, config)];
  const members = ({ context }: Plane) => [...context.registry.view.list('members/')].length;
  await waitFor(() => members(one) === 2 && members(two) === 2, { what: 'the servers to know of each other' });
  await scheduler(one, a);
  const pass = clockOf(two);
  await pass(leadership.silenceSeconds - 2);
  await scheduler(one, a);
  t.match((await leaseOf(two)).status, { ageSeconds: 0 }, 'a read at the other server, after the answer, has it');
  await pass(leadership.silenceSeconds - 2);
  t.match(await scheduler(two, b), { held: false, holder: 'a' });
  await pass(3);
  t.match(await scheduler(two, b), { held: true, epoch: 2 });
  t.match(await scheduler(one, a), { held: false, holder: 'b' }, 'and the first server knows it at once');
});
