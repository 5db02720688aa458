import { changeCause, retryAnnotation, type Service } from '@spawnit/contract';
import t from 'tap';
import { clusterEnvelopes } from '../../src/secrets/cluster-envelopes.js';
import { openParameters } from '../../src/secrets/open-parameters.js';
import { HandAgent, running, startPlane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';
import { apply, appliedService } from './shop-service.js';

t.test('a rollback declares what a revision has kept, secrets as they were sealed, and leaves how it is watched over', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  await appliedService(plane, 'app', { parameters: { image: 'one', password: 'hunter2hunter2' } });
  await t.rejects(admin.act('default', 'app', 'rollback', {}), { code: 'Conflict', message: /no earlier revision/ });
  await admin.services.patch('app', 'default', { spec: { parameters: { image: 'two', password: 'other-secret' }, drift: { policy: 'Revert' } } });
  await apply(plane, 'app');

  const told = await admin.act('default', 'app', 'rollback', { revision: 'app-1' }, { dryRun: true });
  t.strictSame(told.changes, [
    { field: 'spec.parameters.image', before: '"two"', after: '"one"' },
    { field: 'spec.parameters.password', before: '"(sensitive)"', after: '"(sensitive)"' },
  ]);
  t.match(told, { metadata: { generation: 3 }, next: /planned and applied/ });
  await t.rejects(admin.act('default', 'app', 'rollback', { revision: 'app-2' }), { code: 'Conflict', message: /declared as revision app-2/ });
  await t.rejects(admin.act('default', 'app', 'rollback', { revision: 'app-3' }), { code: 'NotFound', message: /did you mean "app-/ });
  await admin.act('default', 'app', 'rollback', {});
  const after = await admin.services.get('app', 'default');
  const opened = ({ spec }: Service) => openParameters(clusterEnvelopes(plane.context), { namespace: 'default', name: 'app' }, spec.parameters);
  t.strictSame(opened(after), { plain: { image: 'one' }, secret: { password: 'hunter2hunter2' } });
  t.equal(after.spec.drift.policy, 'Revert', 'a policy is not rolled back');
  t.equal(changeCause(after.metadata), 'Rolled back to revision app-1');
  t.equal(after.metadata.annotations?.['spawnit.dev/author'], 'admin');
  await admin.services.patch('app', 'default', { spec: { suspend: true } });
  t.equal(changeCause((await admin.services.get('app', 'default')).metadata), undefined, 'the reason is not that of the next change');
});

t.test('a plan is approved or rejected with a reason, and only the one that was looked at', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  await appliedService(plane, 'app', { approval: 'Manual' });
  await t.rejects(admin.act('default', 'app', 'approve', {}), { code: 'Conflict', message: /no plan of it waits/ });
  const waits = async () => {
    const client = plane.as('reconciler');
    const now = await client.services.get('app', 'default');
    await client.services.replaceStatus({ ...now, status: { ...now.status, approval: { job: 'app-plan-1', generation: 1, planDigest: 'd', approved: false } } } as Service);
  };
  await waits();
  await t.rejects(admin.act('default', 'app', 'reject', {} as never), { code: 'Invalid', message: /reason: is required/ });
  await t.rejects(admin.act('default', 'app', 'reject', { job: 'another', reason: 'x' }), { code: 'Conflict', message: /another one by now/ });
  await t.rejects(admin.act('default', 'app', 'revert', { force: true }), { code: 'Conflict', message: /waits for approval/ });
  await admin.act('default', 'app', 'reject', { job: 'app-plan-1', reason: 'not on a Friday' });
  t.match((await admin.services.get('app', 'default')).status?.approval, { approved: false, rejected: 'not on a Friday', by: 'admin' });
  await admin.act('default', 'app', 'approve', {});
  const { approval } = (await admin.services.get('app', 'default')).status!;
  t.strictSame(approval, { job: 'app-plan-1', generation: 1, planDigest: 'd', approved: true, by: 'admin' });
  await t.rejects(admin.act('default', 'app', 'approve', {}), { code: 'Conflict', message: /approved already/ });
});

t.test('the job under way is cancelled by the name of its service', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  const job = await appliedService(plane, 'app');
  await t.rejects(admin.act('default', 'app', 'cancel', {}), { code: 'Conflict', message: /no job of it is under way/ });
  const client = plane.as('reconciler');
  const now = await client.services.get('app', 'default');
  await client.services.replaceStatus({ ...now, status: { ...now.status, activeJob: job.metadata.name } });
  t.match(await admin.act('default', 'app', 'cancel', { reason: 'wrong one' }), { changed: true });
  t.match((await admin.jobs.get(job.metadata.name, 'default')).spec, { cancel: true, cancelReason: 'wrong one' });
  t.match(await admin.act('default', 'app', 'cancel', {}), { changed: false });
});

t.test('while the next attempt is waited for, a cancel asks for there to be none', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  await plane.as('admin').services.create(service('app'));
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job } = await running(plane, agent, 'app');
  await agent.finish(job, { phase: 'Failed', error: { summary: 'no such image', cause: 'ImagePull', hint: 'Name one.', retryable: true } });
  await t.rejects(admin.act('default', 'app', 'cancel', {}), { code: 'Conflict', message: /no job of it is under way/ }, 'nothing else is to come');
  const client = plane.as('reconciler');
  const now = await client.services.get('app', 'default');
  await client.services.replaceStatus({ ...now, status: { ...now.status, retries: { count: 1, generation: 1, nextAttemptTime: '2026-01-01T00:00:00Z' } } });
  t.match(await admin.act('default', 'app', 'cancel', {}), { changed: true, next: /not tried again until the service is changed/ });
  t.equal((await admin.jobs.get(job.metadata.name, 'default')).spec.cancel, true);
  t.equal((await admin.jobs.get(job.metadata.name, 'default')).status?.phase, 'Failed', 'how it ended stays');
});

t.test('what has failed is retried, once for each attempt, and nothing else is', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  const retries = async () => (await admin.services.get('app', 'default')).metadata.annotations?.[retryAnnotation];
  const first = await appliedService(plane, 'app');
  await t.rejects(admin.act('default', 'app', 'retry', {}), { code: 'Conflict', message: /nothing of it has failed/ });
  const client = plane.as('reconciler');
  const says = async (status: Service['status']) => client.services.replaceStatus({ ...(await client.services.get('app', 'default')), status } as Service);
  await says({ activeJob: first.metadata.name });
  await t.rejects(admin.act('default', 'app', 'retry', {}), { code: 'Conflict', message: /is under way/ });
  const stalled = { type: 'Stalled', status: 'True', reason: 'Cancelled', message: 'x', lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 } as const;
  await says({ conditions: [stalled], approval: { job: 'app-plan-1', generation: 1, planDigest: 'd', approved: false, rejected: 'no' } });
  await t.rejects(admin.act('default', 'app', 'retry', {}), { code: 'Conflict', message: /was rejected/ });
  await says({ conditions: [stalled] });
  t.match(await admin.act('default', 'app', 'retry', {}, { dryRun: true }), { changed: true, next: 'the next attempt begins now' });
  t.equal(await retries(), undefined);
  t.match(await admin.act('default', 'app', 'retry', {}), { changed: true });
  t.match(await admin.act('default', 'app', 'retry', {}), { changed: false }, 'it stands already');
  t.equal(await retries(), '1/1');
  await client.jobs.create({ ...first, metadata: { name: 'app-apply-1-again', namespace: 'default', annotations: { [retryAnnotation]: '1/1' }, ownerReferences: first.metadata.ownerReferences } } as typeof first);
  t.match(await admin.act('default', 'app', 'retry', {}), { changed: true }, 'that attempt was made, this is another');
  t.equal(await retries(), '1/2');
  await admin.services.patch('app', 'default', { spec: { suspend: true } });
  await t.rejects(admin.act('default', 'app', 'retry', {}), { code: 'Conflict', message: /suspended/ });
});
