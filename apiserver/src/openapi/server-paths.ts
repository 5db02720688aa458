import { apiVersionOf, serviceKind } from '@spawnit/contract';
import { sessionPath } from '../session/part.js';
import type { Paths } from './document.js';
import { answers, emptyAnswer, placeOf, plainBody, textAnswer, type Operation } from './operations.js';

const anybody = { security: [] };
const group = (name: string) => ({ name, versions: [{ groupVersion: `${name}/v1`, version: 'v1' }], preferredVersion: { groupVersion: `${name}/v1`, version: 'v1' } });
const groups = ['spawnit.dev', 'authentication.k8s.io', 'authorization.k8s.io'];
const hole = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' } });

/** What is of no group: each with an example of its answer. */
export function serverPaths(): Paths {
  return { ...probes(), ...discovery(), ...documents(), ...session(), ...demo(), ...pages() } as unknown as Paths;
}

function read(operationId: string, description: string, example: Record<string, unknown>): Operation {
  const kind = example['kind'] === undefined ? {} : { required: ['kind'], properties: { kind: { type: 'string', enum: [example['kind']] } } };
  return { operationId, description, responses: answers({ type: 'object', ...kind, example }, '200') };
}

function probes(): Record<string, object> {
  const probe = (operationId: string, description: string) => ({ get: { ...anybody, operationId, description, responses: { ...textAnswer('text/plain', 'ok'), ...textAnswer('text/plain', 'not ready', '503') } } });
  return {
    '/livez': probe('isAlive', 'The process answers.'),
    '/readyz': probe('isReady', 'So does everything that it needs; `?verbose` names each, to who says who he is.'),
    '/healthz': probe('isHealthy', 'The same as /readyz.'),
    '/metrics': { get: { operationId: 'readMetrics', description: 'Measurements, in Prometheus’ text format.', responses: textAnswer('text/plain', '# TYPE spawnit_store_up gauge\nspawnit_store_up 1\n') } },
    '/version': { get: read('readVersion', 'Version of the server, and of the Kubernetes API whose conventions it keeps.', { major: '1', minor: '32', gitVersion: 'v1.32.0+spawnit.0.1.0' }) },
  };
}

function discovery(): Record<string, object> {
  const { plural, singular, kind } = serviceKind;
  const list = (groupVersion: string, resources: object[]) => ({ get: read(`listResourcesOf${groupVersion.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase())}`, `Kinds of ${groupVersion}.`, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }) });
  const review = { name: 'selfsubjectreviews', singularName: 'selfsubjectreview', namespaced: false, kind: 'SelfSubjectReview', verbs: ['create'] };
  return {
    '/api': { get: read('listCoreVersions', 'Versions of the core group.', { kind: 'APIVersions', versions: ['v1'] }) },
    '/apis': { get: read('listGroups', 'Groups and their versions.', { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(group) }) },
    ...Object.fromEntries(groups.map((name) => [`/apis/${name}`, { get: read(`readGroup${name.replace(/(^|\W)(\w)/g, (_, _dot, letter: string) => letter.toUpperCase())}`, `Versions of ${name}.`, { kind: 'APIGroup', apiVersion: 'v1', ...group(name) }) }])),
    '/api/v1': list('v1', [{ name: 'namespaces', singularName: 'namespace', namespaced: false, kind: 'Namespace', verbs: ['get', 'list'] }]),
    '/apis/spawnit.dev/v1': list(apiVersionOf(serviceKind), [{ name: plural, singularName: singular, namespaced: true, kind, verbs: ['get', 'list'] }]),
    '/apis/authentication.k8s.io/v1': list('authentication.k8s.io/v1', [review]),
    '/apis/authorization.k8s.io/v1': list('authorization.k8s.io/v1', [{ ...review, name: 'selfsubjectaccessreviews', singularName: 'selfsubjectaccessreview', kind: 'SelfSubjectAccessReview' }]),
  };
}

function documents(): Record<string, object> {
  const of = ['api/v1', ...groups.map((name) => `apis/${name}/v1`), 'agent/v1', 'server'];
  const id = (path: string) => path.replace(/(^|\W)(\w)/g, (_, _mark, letter: string) => letter.toUpperCase());
  return {
    '/openapi/v2': { get: read('readOpenApiV2', 'The kinds in Swagger 2.0, for older clients; in protobuf to who accepts it.', { swagger: '2.0', info: { title: 'SpawnIt', version: '0.1.0' }, paths: {} }) },
    '/openapi/v3': { get: read('listOpenApiV3', 'Where the documents are.', { paths: { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1?hash=0' } } }) },
    ...Object.fromEntries(of.map((path) => [`/openapi/v3/${path}`, { get: read(`readOpenApiV3${id(path)}`, `The document of ${path}.`, { openapi: '3.0.0', info: { title: 'SpawnIt', version: '0.1.0' }, paths: {} }) }])),
  };
}

function session(): Record<string, object> {
  const text = { type: 'string', minLength: 1, maxLength: 4_096 };
  const one = (name: string) => ({ type: 'object', required: [name], additionalProperties: false, properties: { [name]: text } });
  return {
    [sessionPath]: {
      get: read('readSession', 'Who the caller is, as the dashboard shows it.', { role: 'admin', name: 'admin', demo: false }),
      post: {
        ...anybody,
        operationId: 'signIn',
        description: 'A token or a code becomes a session of this browser: half of it is a cookie, half the answer. From this server’s own pages alone.',
        requestBody: plainBody({ oneOf: [one('token'), one('code')], example: { code: 'qN3v…' } }),
        responses: answers({ type: 'object', required: ['role', 'name', 'half'], example: { role: 'admin', name: 'admin', half: 'k9P…' } }, '200'),
      },
      delete: { ...anybody, operationId: 'signOut', description: 'Ends the session of this browser, on all servers and for whoever has copied it.', responses: emptyAnswer },
    },
    [`${sessionPath}/codes`]: { post: { operationId: 'makeLoginCode', description: 'A code that signs in once, with what the caller may do.', responses: answers({ type: 'object', required: ['code', 'expiresInSeconds'], example: { code: 'qN3v…', expiresInSeconds: 600 } }, '200') } },
  };
}

/** There only in a server that was started by `npm start`; else 404. */
function demo(): Record<string, object> {
  const act = (operationId: string, description: string) => ({ operationId, description: `${description} Only in a demo.`, responses: emptyAnswer });
  return {
    '/demo/services/{namespace}/{name}/break': { parameters: placeOf(serviceKind, true), post: act('breakService', 'Removes what the service runs.') },
    '/demo/nodes/{name}/kill': { parameters: [hole('name')], post: act('killNode', 'Kills the node’s agent.') },
    '/demo/nodes/{name}/start': { parameters: [hole('name')], post: act('startNode', 'Starts it again.') },
  };
}

function pages(): Record<string, object> {
  const html = textAnswer('text/html', '<!doctype html><title>SpawnIt</title>');
  const page = (operationId: string, description: string) => ({ ...anybody, operationId, description, responses: html });
  const rest = (name: string) => [{ name, in: 'path', required: true, schema: { type: 'string' } }];
  return {
    '/': { get: { ...anybody, operationId: 'openServer', description: 'Leads to the dashboard.', responses: { 302: { description: 'To /ui/.' } } } },
    '/ui': { get: page('openDashboard', 'The dashboard.') },
    '/ui/': { get: page('openOverview', 'The dashboard.') },
    '/ui/{page}': { parameters: rest('page'), get: page('openPage', 'The dashboard, at one of its pages.') },
    '/ui/assets/{file}': { parameters: rest('file'), get: { ...anybody, operationId: 'readAsset', description: 'A file of the dashboard.', responses: { 200: { description: 'OK', content: { 'text/javascript': { schema: { type: 'string' }, example: 'export {};' } } } } } },
  };
}
