import { ApiError, collectionPath, kinds, resourcePath, type KindDefinition } from '@spawnit/contract';
import t from 'tap';
import { exampleOf } from '../../src/openapi/examples.js';
import { reviewPaths } from '../../src/reviews/part.js';
import { HandAgent, startPlane, type Component } from '../agent/plane.js';
import { shopCatalogue } from '../shop.js';

const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
const agent = await HandAgent.join(t, plane, 'n1');
const components: Component[] = ['admin', 'reconciler', 'scheduler', 'drift-controller', 'join'];
const callers = [...components.map((name) => ({ name, transport: plane.as(name).transport })), { name: 'node', transport: agent.transport }];
type Transport = (typeof callers)[number]['transport'];

const may = async (transport: Transport, verb: string, kind: Pick<KindDefinition, 'group' | 'plural'>) =>
  (await transport.json<{ status: { allowed: boolean } }>({ method: 'POST', path: reviewPaths.access, body: { spec: { resourceAttributes: { verb, group: kind.group, resource: kind.plural } } } })).status.allowed;

/** Whether the route itself turns the caller away for who it is. */
async function does(transport: Transport, verb: string, kind: KindDefinition): Promise<boolean> {
  const at = collectionPath(kind, kind.namespaced ? 'default' : undefined);
  const name = kind.kind === 'Module' ? `sha256-${'1'.repeat(64)}` : 'nobody';
  const one = resourcePath(kind, name, kind.namespaced ? 'default' : undefined);
  const calls = { list: { path: at }, create: { method: 'POST', path: at, query: { dryRun: 'All' }, body: exampleOf(kind) }, delete: { method: 'DELETE', path: one } } as const;
  return transport.json(calls[verb as keyof typeof calls]).then(() => true, (error: unknown) => !ApiError.is(error, 'Forbidden'));
}

for (const { name, transport } of callers) {
  t.test(`what ${name} may do, by its own asking, is what the routes let it do`, async (t) => {
    for (const kind of kinds) for (const verb of ['list', 'create', 'delete']) t.equal(await may(transport, verb, kind), await does(transport, verb, kind), `${verb} ${kind.plural}`);
  });
}

t.test('what there is not may not be done, and it is said so', async (t) => {
  const { transport } = plane.as('admin');
  const ask = (spec: object) => transport.json({ method: 'POST', path: reviewPaths.access, body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec } });
  t.match(await ask({ resourceAttributes: { verb: 'get', group: 'spawnit.dev', resource: 'pods' } }), { kind: 'SelfSubjectAccessReview', status: { allowed: false, reason: /no resource "pods"/ } });
  t.match(await ask({ resourceAttributes: { verb: 'create', group: 'spawnit.dev', resource: 'leases' } }), { status: { allowed: false, reason: /written by apiserver/ } });
  t.match(await ask({ nonResourceAttributes: { path: '/readyz', verb: 'get' } }), { status: { allowed: true } });
  t.match(await ask({ nonResourceAttributes: { path: '/readyz', verb: 'post' } }), { status: { allowed: false } });
  t.match(await ask({ resourceAttributes: { verb: '*', group: '*', resource: '*' } }), { status: { allowed: false } });
  await t.rejects(ask({ resourceAttributes: { verb: 1 } }), { code: 'Invalid' } as unknown as ApiError);
});

t.test('who one is, and all that one may', async (t) => {
  const { transport } = plane.as('admin');
  t.match(await transport.json({ method: 'POST', path: reviewPaths.self, body: {} }), { status: { userInfo: { username: 'user:admin', groups: ['system:authenticated', 'spawnit:admin'] } } });
  const { status } = await transport.json<{ status: { resourceRules: { resources: string[]; verbs: string[] }[] } }>({ method: 'POST', path: reviewPaths.rules, body: { spec: { namespace: 'default' } } });
  const rule = (resource: string) => status.resourceRules.find(({ resources }) => resources.includes(resource))?.verbs;
  t.ok(rule('services')?.includes('create'));
  t.notOk(rule('leases')?.includes('create'));
  t.same(rule('jobs')?.filter((verb) => !['get', 'list', 'watch'].includes(verb)), ['update', 'patch'], 'a job can be cancelled by people');
});
