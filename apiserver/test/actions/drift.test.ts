import { openOrder, restartAnnotation, revertAnnotation } from '@spawnit/contract';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse, stringify } from 'yaml';
import { createJob, startPlane } from '../agent/plane.js';
import { shopCatalogue } from '../shop.js';
import { apply, appliedService, container, drifted } from './shop-service.js';

t.test('a revert is an order for the reconciler: told first, given once, and again only when it came to a halt', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  const { metadata } = await appliedService(plane, 'app');
  await t.rejects(admin.act('default', 'app', 'revert', {}), { code: 'Conflict', message: /not drifted; force it/ });
  await drifted(plane, 'app', [{ field: 'memory' }], 0);
  await t.rejects(admin.act('default', 'app', 'revert', {}), { code: 'Conflict', message: /not drifted/ }, 'a verdict from before the last apply says nothing');
  await drifted(plane, 'app', [{ field: 'memory', desired: '64', live: '48' }]);
  const annotations = async () => (await admin.services.get('app', 'default')).metadata.annotations;

  const told = await admin.act('default', 'app', 'revert', {}, { dryRun: true });
  t.match(told, { kind: 'ServiceAction', dryRun: true, changed: true, changes: [{ field: `${container}.memory`, before: '48', after: '64' }] });
  t.equal((await annotations())?.[revertAnnotation], undefined, 'a dry run writes nothing');
  t.match(await admin.act('default', 'app', 'revert', {}), { changed: true, metadata: { generation: 1 } });
  t.equal((await annotations())?.[revertAnnotation], `${metadata.name}/1`);
  t.match(await admin.act('default', 'app', 'revert', {}), { changed: false }, 'asked for twice, it is done once');

  const reconciler = plane.as('reconciler');
  const halted = await reconciler.services.get('app', 'default');
  await reconciler.services.replaceStatus({ ...halted, status: { ...halted.status, conditions: [{ type: 'Stalled', status: 'True', reason: 'Cancelled', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }] } });
  await admin.act('default', 'app', 'revert', {});
  t.equal((await annotations())?.[revertAnnotation], `${metadata.name}/2`, 'after a halt it is another order');

  t.match(await admin.act('default', 'app', 'restart', {}), { changed: true, warnings: [/outside of volumes/] });
  t.equal((await annotations())?.[restartAnnotation], `${metadata.name}/1`);
  await admin.services.patch('app', 'default', { spec: { suspend: true } });
  await t.rejects(admin.act('default', 'app', 'revert', { force: true }), { code: 'Conflict', message: /suspended/ });
});

t.test('a restart that is ordered while an apply is under way, which replaces nothing, is not answered by its end', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  const { metadata } = await appliedService(plane, 'app');
  const underWay = await createJob(plane, 'app');
  const order = `${metadata.name}+${underWay.metadata.name}/1`;
  await admin.act('default', 'app', 'restart', {});
  const ordered = await admin.services.get('app', 'default');
  t.equal(ordered.metadata.annotations?.[restartAnnotation], order);
  const applied = (job: string) => ({ ...ordered, status: { ...ordered.status, applied: { ...ordered.status!.applied!, job } } });
  t.equal(openOrder(ordered, restartAnnotation), order, 'it is open if that apply fails');
  t.equal(openOrder(applied(underWay.metadata.name), restartAnnotation), order, 'and if it succeeds');
  t.equal(openOrder(applied('app-apply-1-after'), restartAnnotation), undefined, 'the next one answers it');
});

t.test('what was never applied, is not run by an engine, or is being deleted is not restarted', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  await appliedService(plane, 'cloud', { template: 'bucket' });
  await t.rejects(admin.act('default', 'cloud', 'restart', {}), { code: 'Conflict', message: /may hold data/ });
  await admin.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'new', namespace: 'default' }, spec: { template: 'web', parameters: { image: 'x' } } } as never);
  await t.rejects(admin.act('default', 'new', 'restart', {}), { code: 'Conflict', message: /nothing was applied/ });
  await admin.services.delete('cloud', 'default');
  await t.rejects(admin.act('default', 'cloud', 'revert', {}), { code: 'Conflict', message: /being deleted/ });
  await t.rejects(plane.as('reconciler').act('default', 'new', 'restart', {}), { code: 'Forbidden' });
  await t.rejects(admin.act('default', 'none', 'revert', {}), { code: 'NotFound' });
});

t.test('accepted drift is declared: by the parameter it comes from, checked by the template, with a revision that says why', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  await appliedService(plane, 'app', { parameters: { image: 'busybox', restart: 'no' } });
  const field = 'restart';
  await drifted(plane, 'app', [{ field, desired: '"no"', live: '"always"', parameter: 'restart' }, { field: 'volume', live: '"b"', parameter: 'volume.own' }, { field: 'name', live: '"Nope"', parameter: 'name' }, { field: 'ports', live: '[]' }]);

  const told = await admin.act('default', 'app', 'drift/accept', { fields: [{ resource: container, field, live: '"always"' }] }, { dryRun: true });
  t.match(told, { changed: true, metadata: { generation: 2 }, changes: [{ field: 'spec.parameters.restart', before: '"no"', after: '"always"' }], warnings: [/not accepted: docker_container.this.volume, .*name, .*ports/] });
  t.equal((await admin.services.get('app', 'default')).metadata.generation, 1);
  await t.rejects(admin.act('default', 'app', 'drift/accept', { fields: [{ resource: container, field: 'ports' }] }), { code: 'Invalid', message: /not set by one parameter.*ignore it, or revert it/ });
  await t.rejects(admin.act('default', 'app', 'drift/accept', { fields: [{ resource: container, field: 'name' }] }), { code: 'Invalid', details: { causes: [{ field: 'spec.parameters.name', message: /lower-case/ }] } });
  await t.rejects(admin.act('default', 'app', 'drift/accept', { fields: [{ resource: container, field, live: '"no"' }] }), { code: 'Conflict', message: /is "always" by now/ });
  await t.rejects(admin.act('default', 'app', 'drift/accept', { fields: [{ resource: container, field }], generation: 7 }), { code: 'Conflict', message: /at generation 1 by now/ });

  const options = { idempotencyKey: 'once' };
  const request = { fields: [{ resource: container, field }, { resource: container, field: 'volume' }] };
  const done = await admin.act('default', 'app', 'drift/accept', request, options);
  t.strictSame(await admin.act('default', 'app', 'drift/accept', request, options), done, 'a repeated key has the answer of the first');
  const after = await admin.services.get('app', 'default');
  t.match(after, { metadata: { generation: 2 }, spec: { parameters: { image: 'busybox', restart: 'always', volume: { own: 'b' } } } });
  await t.rejects(admin.act('default', 'app', 'drift/accept', request), { code: 'Conflict', message: /not drifted \(any more\)/ }, 'what was said of another generation says nothing');
  t.match((await admin.events.list({ namespace: 'default' })).items.find(({ reason }) => reason === 'DriftAccepted'), { message: /user:admin: Drift accepted: restart "always"/ });
});

t.test('what comes from a secret or another service is not taken over, and what is shortened neither', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  await appliedService(plane, 'app', { parameters: { image: 'busybox', password: 'hunter2hunter2' } });
  await drifted(plane, 'app', [{ field: 'env', live: '"other"', parameter: 'password' }, { field: 'image', live: '"abc…', parameter: 'image' }, { field: 'image2', live: 'null', parameter: 'disk' }]);
  const refused = (field: string) => admin.act('default', 'app', 'drift/accept', { fields: [{ resource: container, field }] });
  await t.rejects(refused('env'), { code: 'Invalid', message: /set by a secret/ });
  await t.rejects(refused('image'), { code: 'Invalid', message: /too long/ });
  await t.rejects(refused('image2'), { code: 'Invalid', message: /the template takes 10/ });
});

t.test('ignored drift becomes a rule for just that field', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const admin = plane.as('admin');
  await appliedService(plane, 'app');
  await drifted(plane, 'app', [{ field: 'memory' }]);
  const request = { fields: [{ resource: container, field: 'memory' }] };
  t.match(await admin.act('default', 'app', 'drift/ignore', request, { dryRun: true }), { changes: [{ field: 'spec.drift.ignoreFields', before: '[]', after: `["${container}.memory"]` }], next: /^nothing is run/ });
  const reconciler = plane.as('reconciler');
  const other = async (module: string) => {
    const { status, ...rest } = await reconciler.services.get('app', 'default');
    await reconciler.services.replaceStatus({ ...rest, status: { ...status, applied: { ...status!.applied!, module } } });
    return status!.applied!.module;
  };
  const module = await other(`sha256-${'0'.repeat(64)}`);
  t.match(await admin.act('default', 'app', 'drift/ignore', request, { dryRun: true }), { next: /names another module by now.*it is applied/ });
  await other(module);
  await admin.act('default', 'app', 'drift/ignore', request);
  t.strictSame((await admin.services.get('app', 'default')).spec.drift.ignoreFields, [`${container}.memory`]);
  await apply(plane, 'app');
  await drifted(plane, 'app', [{ field: 'memory', ignored: true }]);
  t.match(await admin.act('default', 'app', 'drift/ignore', request), { changed: false, changes: [] });
});

t.test('what lies in a parameter that is sealed as a whole is not accepted: the secrets beside it would be lost', async (t) => {
  const catalogueDir = shopCatalogue(t);
  const file = join(catalogueDir, 'web', 'template.yaml');
  const template = parse(readFileSync(file, 'utf8')) as { spec: { parameters: { properties: Record<string, object> } } };
  template.spec.parameters.properties['login'] = { type: 'object', title: 'Login', properties: { user: { type: 'string', title: 'User' }, key: { type: 'string', title: 'Key', writeOnly: true } } };
  writeFileSync(file, stringify(template));
  const plane = await startPlane(t, { catalogueDir });
  const admin = plane.as('admin');
  await appliedService(plane, 'app', { parameters: { image: 'busybox', login: { user: 'a', key: 'hunter2hunter2' } } });
  await drifted(plane, 'app', [{ field: 'user', desired: '"a"', live: '"b"', parameter: 'login.user' }]);
  await t.rejects(admin.act('default', 'app', 'drift/accept', { fields: [{ resource: container, field: 'user' }] }), { code: 'Invalid', message: /set by a secret/ });
});
