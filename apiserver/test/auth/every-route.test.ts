import type { Identity, Role } from '@spawnit/contract';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import t, { type Test } from 'tap';
import { keysFrom } from '../../src/auth/keys.js';
import { Tokens } from '../../src/auth/tokens.js';
import { HandAgent, running, startPlane, type Plane } from '../agent/plane.js';
import { routesOf, type Route } from '../routes.js';

type Caller = Exclude<Role, 'apiserver'> | 'person of another namespace' | 'other node' | 'run of another service' | 'run of a passed epoch' | 'drift check';

const people: Caller[] = ['admin'];
const controllers: Caller[] = ['reconciler', 'scheduler', 'drift-controller'];
const nodes: Caller[] = ['node', 'other node'];
const runs: Caller[] = ['run', 'run of another service', 'run of a passed epoch', 'drift check'];
const outsiders: Caller[] = ['person of another namespace'];
const everybody: Caller[] = [...people, ...outsiders, ...controllers, ...nodes, ...runs, 'joiner'];
const ownRuns: Caller[] = ['run', 'run of a passed epoch'];

/**
 * Who has any business at a route; what each may do there is tested elsewhere. The first rule that fits counts, and a route
 * without one fails the test: whoever adds it says here whom it is for.
 */
const rules: [method: RegExp, path: RegExp, callers: Caller[]][] = [
  [/./, /^\/(livez|readyz|healthz|version|metrics|api|apis|openapi\/.*|api\/v1|apis\/(spawnit\.dev|authentication\.k8s\.io|authorization\.k8s\.io)(\/v1)?)$/, everybody],
  // Everybody may ask who he is and what he may do.
  [/POST/, /\/selfsubject\w*reviews$/, everybody],
  // The dashboard's files and its sign-in are for whoever comes; a token is looked at only if there is one.
  [/./, /^(\/|\/ui.*|\/session)$/, everybody],
  [/POST/, /^\/session\/codes$/, people],
  // Lists of everything show an outsider what is not outside; see below.
  [/GET/, /^\/apis?\/(spawnit\.dev\/)?v1\/(namespaces|services|revisions|events|templates(\/:name)?|modules(\/:name)?)$/, [...people, ...outsiders, ...controllers]],
  [/GET/, /^\/apis\/spawnit\.dev\/v1\/jobs$/, [...people, ...outsiders, ...controllers, ...nodes]],
  [/POST/, /\/commits$/, [...people, ...controllers]],
  [/./, /\/(restore|backups|history|sweep-unknown|tokens)$/, people],
  [/GET/, /\/events-stream$/, [...people, ...controllers]],
  [/GET|POST/, /\/services\/:name\/check$/, ['admin', 'drift-controller']],
  [/GET/, /\/(services|jobs)\/:name\/log$/, people],
  [/./, /\/services\/:name\/(state|source)(\/|$)/, people],
  [/POST/, /\/services\/:name\/(revert|restart|drift\/accept|drift\/ignore|rollback|approve|reject|cancel)$/, people],
  [/./, /\/(keys(\/(rotate|rotate-root|retire-root))?|format)$/, people],
  [/GET/, /^\/apis\/spawnit\.dev\/v1\/(namespaces\/:namespace\/)?(nodes|jobs)(\/|$)/, [...people, ...controllers, ...nodes]],
  // A word on where to send it instead.
  [/POST/, /^\/apis?\/(spawnit\.dev\/)?v1\/(services|revisions|jobs|events)$/, everybody],
  [/./, /^\/apis?\//, [...people, ...controllers]],
  [/POST/, /^\/agent\/v1\/join$/, ['joiner', 'admin']],
  [/GET/, /^\/agent\/v1\/suspicions$/, ['admin', 'drift-controller']],
  [/./, /^\/agent\/v1\/nodes\/:node\//, ['node']],
  [/POST/, /^\/agent\/v1\/jobs\/:namespace\/:job\/claim$/, nodes],
  [/POST/, /^\/agent\/v1\/jobs\//, [...nodes, ...ownRuns]],
  [/GET/, /^\/agent\/v1\/modules\/:module\/bundle$/, ['admin', ...nodes]],
  // That a check writes nothing is told after its body was read: see below.
  [/./, /^\/state\/v1\//, [...ownRuns, 'drift check']],
];

interface Scene {
  plane: Plane;
  tokens: Record<Caller, string>;
  /** The parameters of a path, as they are of the first node and its job. */
  filled(path: string): string;
}

async function openScene(t: Test): Promise<Scene> {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const other = await HandAgent.join(t, plane, 'n2');
  const { job, claim } = await running(plane, agent, 'a');
  const { claim: elsewhere } = await running(plane, other, 'b');
  const mint = (identity: Identity) => plane.context.tokens.mint(identity);
  const run = { role: 'run' as const, name: job.metadata.name, node: 'n1', namespace: 'default', service: 'a', serviceUid: claim.inputs.serviceUid, epoch: claim.inputs.epoch, job: job.metadata.name, write: true };
  const tokens: Record<Caller, string> = {
    ...(Object.fromEntries([...people, ...controllers].map((role) => [role, mint({ role, name: role } as Identity)])) as Record<Caller, string>),
    'person of another namespace': mint({ role: 'admin', name: 'ann', namespaces: ['other'] }),
    joiner: mint({ role: 'joiner', name: 'join' }),
    node: agent.token,
    'other node': other.token,
    run: claim.inputs.state.password,
    'run of another service': elsewhere.inputs.state.password,
    'run of a passed epoch': mint({ ...run, epoch: run.epoch - 1 }),
    'drift check': mint({ ...run, name: 'check-a', job: undefined, write: false }),
  };
  const values: Record<string, string> = { namespace: 'default', node: 'n1', service: 'a', job: job.metadata.name, module: claim.inputs.module, id: 'x' };
  const nameIn = (path: string) => ({ services: 'a', jobs: job.metadata.name, nodes: 'n1', namespaces: 'default', templates: 'note', modules: claim.inputs.module })[/\/(\w+)\/:name/.exec(path)?.[1] ?? ''] ?? 'x';
  return { plane, tokens, filled: (path) => path.replace(/:(\w+)/g, (_, name: string) => (name === 'name' ? nameIn(path) : (values[name] ?? 'x'))) };
}

/** The status of an answer, however long it would go on. */
function statusOf(plane: Plane, { method, path }: Route, token: string | undefined, scheme = 'Bearer'): Promise<number> {
  const given = scheme === 'Basic' ? Buffer.from(`x:${token}`).toString('base64') : token;
  const headers = { ...(token !== undefined && { authorization: `${scheme} ${given}` }), ...(method !== 'GET' && { 'content-length': 2, 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }) };
  return new Promise((resolve, reject) => {
    const sent = request(plane.url + path, { method, headers, agent: false }, (answer) => {
      resolve(answer.statusCode!);
      answer.on('error', () => undefined).destroy();
    });
    sent.on('error', reject).end(method === 'GET' ? undefined : '{}');
  });
}

t.test('no route lets in who has no business there', async (t) => {
  const { plane, tokens, filled } = await openScene(t);
  const routes = routesOf(plane.routes());
  t.ok(routes.length > 80, `${routes.length} routes were found`);
  for (const { method, path } of routes) {
    const callers = rules.find(([methods, paths]) => methods.test(method) && paths.test(path))?.[2];
    if (!callers) {
      t.fail(`${method} ${path}: no rule of this test says whom it is for`);
      continue;
    }
    const route = { method, path: filled(path).replace(/\/log$/, '/log?offset=0') };
    for (const caller of everybody) {
      // Of those who may, only what changes nothing is asked.
      if (callers.includes(caller) && method !== 'GET') continue;
      const status = await statusOf(plane, route, tokens[caller]);
      const refused = [401, 403].includes(status);
      if (refused === callers.includes(caller)) t.fail(`${method} ${route.path} answers ${status} to ${caller}`);
    }
  }
});

t.test('no route knows who sends nothing, or what is not a token of now and here', async (t) => {
  const { plane, tokens, filled } = await openScene(t);
  const { admin } = tokens;
  const [claims = '', mac = ''] = admin.slice('spawnit.v1.'.length).split('.');
  const elsewhere = new Tokens({ keys: keysFrom(randomBytes(32)), now: () => new Date().toISOString(), nodeUid: () => 'x' });
  const bad: Record<string, string | undefined> = {
    nothing: undefined,
    'cut short': admin.slice(0, -5),
    forged: `spawnit.v1.${Buffer.from(JSON.stringify({ id: { role: 'admin', name: 'x' }, iat: 0 })).toString('base64url')}.${mac}`,
    unsigned: `spawnit.v1.${claims}.`,
    expired: plane.context.tokens.mint({ role: 'admin', name: 'admin' }, -1),
    'of another key': elsewhere.mint({ role: 'admin', name: 'admin' }),
    'of a node that is gone': plane.context.tokens.mint({ role: 'node', name: 'n1', nodeUid: 'another' }),
  };
  for (const { method, path } of routesOf(plane.routes())) {
    if (/^\/(ui.*|session)?$/.test(path)) continue; // The dashboard's files are anybody's; see the tests of the session.
    const open = ['/livez', '/readyz', '/healthz'].includes(path);
    for (const [what, token] of Object.entries(bad)) {
      const status = await statusOf(plane, { method, path: filled(path) }, token);
      const right = open && token === undefined ? status === 200 : [401, 429].includes(status);
      if (!right) t.fail(`${method} ${path} answers ${status} to a token that is ${what}`);
    }
    const asPassword = await statusOf(plane, { method, path: filled(path) }, admin, 'Basic');
    if (![401, 429].includes(asPassword)) t.fail(`${method} ${path} answers ${asPassword} to the administrator's token as a password`);
  }
  t.equal(await statusOf(plane, { method: 'GET', path: '/version' }, admin), 200, 'who is known is let in all the while');
});

t.test('a node does nothing for another node’s jobs, and a run nothing beyond its own', async (t) => {
  const { plane, tokens, filled } = await openScene(t);
  const cases: [Caller, string, string, number][] = [
    ['other node', 'POST', '/agent/v1/jobs/:namespace/:job/claim', 409],
    ['other node', 'POST', '/agent/v1/jobs/:namespace/:job/finish', 409],
    ['other node', 'POST', '/agent/v1/jobs/:namespace/:job/progress', 409],
    ['other node', 'POST', '/agent/v1/jobs/:namespace/:job/log?offset=0', 409],
    ['other node', 'GET', '/apis/spawnit.dev/v1/namespaces/:namespace/jobs/:job', 404],
    ['other node', 'GET', '/apis/spawnit.dev/v1/nodes/n1', 404],
    ['run of a passed epoch', 'POST', '/agent/v1/jobs/:namespace/:job/finish', 409],
    ['run of a passed epoch', 'POST', '/agent/v1/jobs/:namespace/:job/log?offset=0', 409],
    ['run of a passed epoch', 'GET', '/state/v1/:namespace/:service', 409],
    ['run of a passed epoch', 'LOCK', '/state/v1/:namespace/:service', 409],
    ['drift check', 'LOCK', '/state/v1/:namespace/:service', 403],
    ['drift check', 'POST', '/state/v1/:namespace/:service', 403],
    ['drift check', 'POST', '/state/v1/:namespace/:service/recover', 403],
    ['drift check', 'POST', '/agent/v1/jobs/:namespace/:job/finish', 403],
    ['run of another service', 'GET', '/state/v1/:namespace/:service', 403],
  ];
  const bodies: Record<string, string> = { claim: '{"epoch":1,"session":"x"}', finish: '{"phase":"Succeeded"}', progress: '{"stages":[]}', LOCK: '{"ID":"x"}', POST: '{"version":4,"serial":1,"lineage":"x"}' };
  for (const [caller, method, path, status] of cases) {
    const body = bodies[path.split('/').at(-1)!] ?? bodies[method];
    const answer = await ask(plane, { method, path: filled(path) }, tokens[caller], method === 'GET' ? undefined : body);
    t.equal(answer, status, `${caller}: ${method} ${path}`);
  }
});

function ask(plane: Plane, { method, path }: Route, token: string, body: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
    request(plane.url + path, { method, headers, agent: false }, (answer) => resolve(answer.resume().statusCode!)).on('error', reject).end(body);
  });
}
