import { agentPaths, Client, type ApiError, type Job, type Service } from '@spawnit/contract';
import t, { type Test } from 'tap';
import { startPlane, type Component, type Plane } from '../agent/plane.js';
import { ready, service, shopCatalogue } from '../shop.js';

const forbidden = (message?: RegExp) => ({ code: 'Forbidden', ...(message && { message }) }) as unknown as ApiError;
const digest = `sha256-${'0'.repeat(64)}`;

async function withService(t: Test): Promise<{ plane: Plane; made: Service }> {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  return { plane, made: await plane.as('admin').services.create(service('a')) };
}

const jobOf = (made: Service): Job => ({ apiVersion: 'spawnit.dev/v1', kind: 'Job', metadata: { name: 'j', namespace: 'default' }, spec: { service: 'a', serviceUid: made.metadata.uid!, type: 'Apply', generation: 1, revision: 'a-1', module: digest, trigger: 'Create', cancel: false } });

/** A client of whoever joined as a node of that name. */
async function node(t: Test, plane: Plane, name: string): Promise<Client> {
  const { token } = await plane.as('join').transport.json<{ token: string }>({ method: 'POST', path: agentPaths.join, body: { name } });
  const client = new Client({ server: plane.url, token });
  t.teardown(() => client.close());
  return client;
}

t.test('without a token only the probes answer, and they say nothing of what is inside', async (t) => {
  const { plane } = await withService(t);
  for (const path of ['/livez', '/readyz', '/healthz']) {
    const answer = await fetch(`${plane.url}${path}?verbose`);
    t.strictSame([answer.status, await answer.text()], [200, 'ok'], path);
  }
  const paths = ['/api', '/apis', '/version', '/metrics', '/openapi/v2', '/openapi/v3', '/none', '/apis/spawnit.dev/v1/services', '/apis/spawnit.dev/v1/events-stream', '/apis/spawnit.dev/v1/commits', '/state/v1/default/a', '/agent/v1/join'];
  for (const path of paths) {
    for (const headers of [{}, { authorization: 'Bearer spawnit.v1.e30.AAAA' }] as Record<string, string>[]) {
      const answer = await fetch(plane.url + path, { headers });
      t.match([answer.status, await answer.json()], [401, { kind: 'Status', reason: 'Unauthorized', code: 401 }], path);
    }
  }
});

t.test('who says who he is sees each dependency by name', async (t) => {
  const { plane } = await withService(t);
  t.match(await plane.as('admin').transport.text({ path: '/readyz?verbose' }), /\[\+\]store \(memory\) ok, commit \d+/);
  t.match(await plane.as('admin').transport.text({ path: '/metrics' }), /spawnit_http_request_duration_seconds_count\{[^}]*route="\/readyz"/);
});

t.test('each role writes its own part of a service’s status and no other', async (t) => {
  const { plane } = await withService(t);
  const own: Partial<Record<Component, object[]>> = {
    reconciler: [{ phase: 'Pending' }, { url: 'http://x' }, { observedGeneration: 1 }],
    scheduler: [{ node: 'n1' }, { epoch: 4 }],
    'drift-controller': [{ drift: { verdict: 'Compliant', fields: [], since: '2026-01-01T00:00:00Z', epoch: 1, generation: 1 } }],
    admin: [],
    join: [],
  };
  for (const [owner, parts] of Object.entries(own)) {
    for (const status of parts) {
      const write = (role: string) => plane.as(role as Component).services.patch('a', 'default', { status }, { subresource: 'status' });
      const others = Object.keys(own).filter((role) => role !== owner);
      for (const role of others) await t.rejects(write(role), forbidden(), `${role} writes ${Object.keys(status).join()} of ${owner}`);
      t.match(await write(owner), { status }, `${owner} writes ${Object.keys(status).join()}`);
    }
  }
});

t.test('a condition belongs to one role, also where others stand in the same list', async (t) => {
  const { plane, made } = await withService(t);
  const [reconciler, scheduler] = [plane.as('reconciler').services, plane.as('scheduler').services];
  const before = await reconciler.replaceStatus({ ...made, status: { conditions: [ready(made)] } });
  const scheduled = { ...ready(made), type: 'Scheduled' };
  const both = await scheduler.replaceStatus({ ...before, status: { conditions: [scheduled, ready(made)] } });
  t.equal(both.status?.conditions?.length, 2);
  await t.rejects(scheduler.replaceStatus({ ...both, status: { conditions: [scheduled] } }), forbidden(/status\.conditions\[Ready\].*belongs to reconciler/));
  await t.rejects(reconciler.replaceStatus({ ...both, status: { conditions: [{ ...scheduled, status: 'False' }, ready(made)] } }), forbidden(/conditions\[Scheduled\]/));
  await t.rejects(reconciler.replaceStatus({ ...both, status: { conditions: [...both.status!.conditions!, { ...ready(made), type: 'Mine' }] } }), forbidden(/no caller may/));
});

t.test('a commit is held to the same rules, and none of it stands when one part is refused', async (t) => {
  const { plane, made } = await withService(t);
  const status = (value: object) => ({ verb: 'updateStatus' as const, object: { ...made, status: value } as never });
  await t.rejects(plane.as('scheduler').commit([status({ node: 'n1' }), status({ node: 'n1', phase: 'Ready' })]), forbidden(/status\.phase/));
  t.equal((await plane.as('admin').services.get('a', 'default')).status, undefined);
});

t.test('controllers do not declare, and people do not do the controllers’ work', async (t) => {
  const { plane, made } = await withService(t);
  for (const role of ['reconciler', 'scheduler', 'drift-controller', 'join'] as const) {
    const { services } = plane.as(role);
    await t.rejects(services.create(service('b')), forbidden(), `${role} creates a service`);
    await t.rejects(services.patch('a', 'default', { spec: { suspend: true } }), forbidden(), `${role} changes a spec`);
    await t.rejects(services.patch('a', 'default', { metadata: { labels: { x: 'y' } } }), forbidden(), `${role} labels`);
    await t.rejects(services.delete('a', 'default'), forbidden(), `${role} deletes`);
  }
  const admin = plane.as('admin');
  await t.rejects(admin.jobs.create(jobOf(made)), forbidden(/jobs are written by reconciler/));
  await plane.as('reconciler').jobs.create(jobOf(made));
  await t.rejects(plane.as('scheduler').jobs.create({ ...jobOf(made), metadata: { name: 'k', namespace: 'default' } }), forbidden());
  t.match(await admin.jobs.patch('j', 'default', { spec: { cancel: true, cancelReason: 'enough' } }), { spec: { cancel: true } });
  await t.rejects(admin.jobs.patch('j', 'default', { spec: { type: 'Destroy' } }), forbidden(/spec\.type.*people may change spec.cancel/));
  await t.rejects(admin.jobs.delete('j', 'default'), forbidden());
  await t.rejects(admin.jobs.patch('j', 'default', { status: { phase: 'Cancelled' } }, { subresource: 'status' }), forbidden());
});

t.test('a phase that has ended stays (I7)', async (t) => {
  const { plane, made } = await withService(t);
  await plane.as('reconciler').jobs.create(jobOf(made));
  const move = (phase: string) => plane.as('reconciler').jobs.patch('j', 'default', { status: { phase } }, { subresource: 'status' });
  await t.rejects(move('Succeeded'), { code: 'Conflict', message: /is Pending: it can't become Succeeded/ } as unknown as ApiError);
  await move('Cancelled');
  await t.rejects(move('Pending'), { code: 'Conflict' } as unknown as ApiError);
});

t.test('people approve the plan that they saw, and only that', async (t) => {
  const { plane } = await withService(t);
  const approve = (approval: object) => plane.as('admin').services.patch('a', 'default', { status: { approval } }, { subresource: 'status' });
  await t.rejects(approve({ approved: true, job: 'p', generation: 1, planDigest: 'x' }), { code: 'Conflict', message: /no plan that waits/ } as unknown as ApiError);
  const waiting = { job: 'p', generation: 1, planDigest: 'd1', approved: false };
  await plane.as('reconciler').services.patch('a', 'default', { status: { approval: waiting } }, { subresource: 'status' });
  await t.rejects(approve({ approved: true, planDigest: 'd0' }), { code: 'Conflict', message: /another one by now/ } as unknown as ApiError);
  t.match(await approve({ approved: true, planDigest: 'd1' }), { status: { approval: { ...waiting, approved: true, by: 'admin' } } });
});

t.test('a node reads itself and its jobs, and writes nothing here', async (t) => {
  const { plane, made } = await withService(t);
  const [n1, n2] = [await node(t, plane, 'n1'), await node(t, plane, 'n2')];
  await plane.as('reconciler').jobs.create(jobOf(made));
  await plane.as('scheduler').jobs.patch('j', 'default', { status: { phase: 'Assigned', node: 'n1', epoch: 1 } }, { subresource: 'status' });
  t.equal((await n1.jobs.get('j', 'default')).metadata.name, 'j');
  t.equal((await n1.jobs.list()).items.length, 1);
  t.equal((await n2.jobs.list()).items.length, 0);
  await t.rejects(n2.jobs.get('j', 'default'), { code: 'NotFound' } as unknown as ApiError);
  t.strictSame((await n2.nodes.list()).items.map(({ metadata }) => metadata.name), ['n2']);
  for (const read of [n1.services, n1.templates, n1.events, n1.namespaces]) await t.rejects(async () => read.list(), forbidden());
  await t.rejects(n1.nodes.patch('n1', undefined, { spec: { slots: 60 } }), forbidden());
  await t.rejects(n1.jobs.patch('j', 'default', { status: { phase: 'Running' } }, { subresource: 'status' }), forbidden());
});
