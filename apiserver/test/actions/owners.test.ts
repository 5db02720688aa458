import { resourcePath, revertAnnotation, serviceKind, type Resource } from '@spawnit/contract';
import t from 'tap';
import { startPlane, type Plane } from '../agent/plane.js';
import { shopCatalogue } from '../shop.js';
import { apply, appliedService, container, drifted } from './shop-service.js';

interface Entry {
  manager: string;
  operation: string;
  fieldsV1: { 'f:metadata'?: { 'f:annotations'?: object }; 'f:spec'?: object };
}

/** An action under the name that it is asked for. */
function act(plane: Plane, manager: string, action: string, body: object): Promise<unknown> {
  return plane.as('admin').transport.json({ method: 'POST', path: resourcePath(serviceKind, 'app', 'default', action), query: { fieldManager: manager }, body });
}

async function entryOf(plane: Plane, manager: string): Promise<Entry | undefined> {
  const { metadata } = await plane.as('admin').services.get('app', 'default');
  return (metadata.managedFields as Entry[]).find((each) => each.manager === manager);
}

t.test('who has drift accepted or ignored, or goes back, owns the fields which that changed, and others keep theirs', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const declared = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'app' }, spec: { template: 'web', parameters: { image: 'busybox', restart: 'no' } } };
  const applyAs = (manager: string) => plane.as('admin').transport.json<Resource>({ method: 'PATCH', path: resourcePath(serviceKind, 'app', 'default'), query: { fieldManager: manager }, body: declared, contentType: 'application/apply-patch+yaml' });
  await applyAs('ci');
  await apply(plane, 'app');
  await drifted(plane, 'app', [{ field: 'restart', desired: '"no"', live: '"always"', parameter: 'restart' }, { field: 'memory' }]);

  await act(plane, 'on-call', 'drift/accept', { fields: [{ resource: container, field: 'restart' }] });
  t.match(await entryOf(plane, 'on-call'), { operation: 'Update', fieldsV1: { 'f:spec': { 'f:parameters': { 'f:restart': {} } } } });
  t.strictSame((await entryOf(plane, 'ci'))?.fieldsV1['f:spec'], { 'f:parameters': { 'f:image': {} }, 'f:template': {} }, 'what was accepted is no longer theirs, the rest is');
  await t.rejects(applyAs('ci'), { code: 'Conflict', message: /conflict with "on-call".*\.spec\.parameters\.restart/ }, 'the next run of the script is told');

  await apply(plane, 'app');
  await drifted(plane, 'app', [{ field: 'memory' }]);
  await act(plane, 'calmer', 'drift/ignore', { fields: [{ resource: container, field: 'memory' }] });
  t.match(await entryOf(plane, 'calmer'), { operation: 'Update', fieldsV1: { 'f:spec': { 'f:drift': { 'f:ignoreFields': {} } } } });

  await act(plane, 'back', 'rollback', { revision: 'app-1' });
  t.match(await entryOf(plane, 'back'), { operation: 'Update', fieldsV1: { 'f:spec': { 'f:parameters': { 'f:restart': {} } } } });
  t.notOk((await entryOf(plane, 'on-call'))?.fieldsV1['f:spec'], 'one field, one owner by update');
  t.strictSame((await entryOf(plane, 'ci'))?.fieldsV1['f:spec'], { 'f:parameters': { 'f:image': {} }, 'f:template': {} });
});

t.test('who orders a revert or a restart owns the order, under the name of its program when it says none', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  await appliedService(plane, 'app');
  const before = (await plane.as('admin').services.get('app', 'default')).metadata.managedFields as Entry[];
  await act(plane, 'on-call', 'revert', { force: true });
  t.strictSame((await entryOf(plane, 'on-call'))?.fieldsV1, { 'f:metadata': { 'f:annotations': { [`f:${revertAnnotation}`]: {} } } });
  const after = (await plane.as('admin').services.get('app', 'default')).metadata.managedFields as Entry[];
  t.strictSame(after.filter(({ manager }) => manager !== 'on-call'), before, 'who made it keeps all else');
  await plane.as('admin').act('default', 'app', 'restart', {});
  const owners = ((await plane.as('admin').services.get('app', 'default')).metadata.managedFields as Entry[]).filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes('restart'));
  t.equal(owners.length, 1);
  t.equal(owners[0]!.operation, 'Update');
});
