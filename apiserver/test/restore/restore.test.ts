import { serviceFinalizer, type Service } from '@spawnit/contract';
import t from 'tap';
import { createService, HandAgent, running, settle, startPlane, type Plane } from '../agent/plane.js';
import { undecided } from '../../src/restore/rewind.js';

const sequence = (plane: Plane) => plane.context.registry.sync();

/** What the reconciler does when a destroy has left nothing. */
async function drop(plane: Plane, name: string): Promise<void> {
  await plane.as('admin').services.delete(name, 'default');
  const gone = await plane.as('reconciler').services.get(name, 'default');
  await plane.as('reconciler').services.replace({ ...gone, metadata: { ...gone.metadata, finalizers: (gone.metadata.finalizers ?? []).filter((each) => each !== serviceFinalizer) } });
}

t.test('every kind is either taken back by a restore or known to stay', async (t) => {
  t.same(undecided().map(({ kind }) => kind), []);
});

t.test('a restore brings back what was deleted, takes back what was changed, and deletes what was made since', async (t) => {
  const plane = await startPlane(t);
  const admin = plane.as('admin');
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job } = await running(plane, agent, 'deleted');
  await agent.finish(job, { phase: 'Succeeded' });
  await settle(plane, 'deleted', { phase: 'Ready' });
  const before = await createService(plane, 'changed', { suspend: false });
  const then = await sequence(plane);

  const old = await admin.services.get('deleted', 'default');
  await drop(plane, 'deleted');
  await admin.services.patch('changed', 'default', { spec: { suspend: true }, metadata: { labels: { wrong: 'yes' } } });
  await createService(plane, 'new');
  await admin.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'since' } });
  const head = await sequence(plane);

  const told = await admin.restore({ to: then, dryRun: true });
  t.equal(await sequence(plane), head, 'a dry run changes nothing');
  const { changes, to } = await admin.restore({ to: then });
  t.equal(to.sequence, then);
  t.same(changes, told.changes, 'what was told is what was done');
  t.same(changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`), ['Delete Namespace since', 'Change Service changed', 'Return Service deleted', 'Delete Service new']);
  t.equal(await sequence(plane), head + 1, 'in one commit');

  const back = await admin.services.get('deleted', 'default');
  t.equal(back.metadata.uid, old.metadata.uid);
  t.ok(back.status!.epoch! > old.status!.epoch!, 'its epoch is above any that was given');
  t.equal(back.status!.restoredEpoch, back.status!.epoch, 'and is told apart from one that a run had');
  t.notHas(back.status, { applied: {} }, 'nothing of it stands');
  t.match(await admin.services.get('changed', 'default'), { spec: { suspend: false }, metadata: { uid: before.metadata.uid, generation: 3 } });
  t.notOk((await admin.services.get('changed', 'default')).metadata.labels?.['wrong']);
  t.ok((await admin.services.get('new', 'default')).metadata.deletionTimestamp, 'it is destroyed in order, not dropped');
  t.match((await admin.events.list({ namespace: 'default' })).items.map(({ reason, involvedObject }) => `${reason} ${involvedObject.name}`), ['Restored changed', 'Restored deleted', 'Restored new'].filter(Boolean));

  t.same((await admin.restore({ to: then })).changes, [], 'once more is no change');
  t.same((await admin.restore({ to: head, keepNew: true })).changes.filter(({ kind }) => kind === 'Service').map(({ action, name }) => `${action} ${name}`), ['Change changed', 'Change new'], 'and the restore can be taken back');
});

t.test('a service that is being deleted stays, and the job that destroys it is asked to end', async (t) => {
  const plane = await startPlane(t);
  const admin = plane.as('admin');
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job } = await running(plane, agent, 'a');
  await agent.finish(job, { phase: 'Succeeded' });
  await settle(plane, 'a', { phase: 'Ready', applied: { generation: 1, epoch: 1, job: job.metadata.name, revision: 'a-1', module: job.spec.module, time: '2026-01-01T00:00:00Z' } });
  const then = await sequence(plane);
  await admin.services.delete('a', 'default');
  const { job: destroy } = await running(plane, agent, 'a', { type: 'Destroy' });

  const { changes } = await admin.restore({ to: then, keepNew: true });
  t.same(changes.map(({ action, name, note }) => ({ action, name, note })), [
    { action: 'Change', name: 'a', note: 'its deletion ends' },
    { action: 'Cancel', name: destroy.metadata.name, note: undefined },
  ]);
  const { metadata, status } = await admin.services.get('a', 'default');
  t.notOk(metadata.deletionTimestamp);
  t.notHas(status, { applied: {} }, 'what was half destroyed is applied again');
  t.match(await admin.jobs.get(destroy.metadata.name, 'default'), { spec: { cancel: true } });
});

t.test('with a namespace, only what is in it goes back', async (t) => {
  const plane = await startPlane(t);
  const admin = plane.as('admin');
  for (const name of ['one', 'two']) await admin.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const make = (namespace: string) => admin.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', namespace }, spec: { template: 'note' } } as Service);
  await Promise.all([make('one'), make('two')]);
  const then = await sequence(plane);
  for (const name of ['one', 'two']) await admin.services.patch('a', name, { spec: { suspend: true } });
  t.match((await admin.restore({ to: then, namespace: 'one' })).changes, [{ action: 'Change', namespace: 'one', name: 'a', fields: ['spec.suspend'] }]);
  t.equal((await admin.services.get('a', 'two')).spec.suspend, true);
  await t.rejects(admin.restore({ to: then, namespace: 'three' }), { code: 'NotFound' });
});

t.test('a time is the last sequence before it; what is not kept, or not yet there, is refused with what there is', async (t) => {
  const plane = await startPlane(t);
  const admin = plane.as('admin');
  await createService(plane, 'a');
  const then = await sequence(plane);
  const { to } = await admin.restore({ to: then, dryRun: true });
  await admin.services.patch('a', 'default', { spec: { suspend: true } });
  t.equal((await admin.restore({ to: to.time, dryRun: true })).to.sequence >= then, true);
  await t.rejects(admin.restore({ to: '2020-01-01T00:00:00Z' }), { code: 'Expired', message: /the oldest point is sequence 1 \(/ });
  await t.rejects(admin.restore({ to: 1e6 }), { code: 'Invalid', message: /the newest is/ });
  const version = Number((await admin.services.get('a', 'default')).metadata.resourceVersion);
  await t.rejects(admin.restore({ to: version }), { message: new RegExp(`its sequence is ${Math.floor(version / 4096)}`) });
  await t.rejects(admin.restore({ to: 'yesterday' as never }), { code: 'Invalid' });
  await t.rejects(plane.as('reconciler').restore({ to: then }), { code: 'Forbidden' });
});

t.test('more than a commit holds goes back in several, each service whole', async (t) => {
  const plane = await startPlane(t);
  const { registry } = plane.context;
  const service = await createService(plane, 'first');
  const { resourceVersion: _rv, ...metadata } = service.metadata;
  const keys = Array.from({ length: 2_500 }, (_, i) => `s-${i}`);
  await registry.write('test', () => ({ ops: keys.map((name) => ({ op: 'put', key: `services/default/${name}`, value: JSON.parse(JSON.stringify({ ...service, metadata: { ...metadata, name, uid: name } })) as never })), result: undefined }));
  const then = await sequence(plane);
  await registry.write('test', () => ({ ops: keys.map((name) => ({ op: 'delete', key: `services/default/${name}` })), result: undefined }));
  const head = await sequence(plane);
  t.equal((await plane.as('admin').restore({ to: then })).changes.length, keys.length);
  t.equal([...registry.view.list('services/default/s-')].length, keys.length);
  t.ok((await sequence(plane)) - head >= 2, 'it took several commits');
  t.match(registry.view.get('meta/restore')?.value, { sequence: then, returned: keys.length, by: 'admin' });
  t.notOk(registry.view.get('meta/restore')?.value['unfinished']);
});
