import { type ApiError } from '@spawnit/contract';
import { get } from 'node:http';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { startPlane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';

const collection = '/apis/spawnit.dev/v1/namespaces/default/services';

async function withServer(t: Test) {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const client = plane.as('admin');
  const { token } = client.transport.options;
  const send = async (method: string, path: string, body?: string, type = 'application/json') => {
    const answer = await fetch(plane.url + path, { method, body, headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': type }) } });
    return { status: answer.status, requestId: answer.headers.get('x-request-id'), body: (await answer.json()) as { kind: string; reason: string; message: string; details?: { causes?: object[] } } };
  };
  return { plane, client, send, token };
}

/** Sends the path as it is, which fetch would tidy up. */
function statusOf(server: string, path: string, token: string): Promise<number> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve, reject) => {
    get({ hostname, port, path, headers: { authorization: `Bearer ${token}` } }, (answer) => resolve(answer.resume().statusCode!)).on('error', reject);
  });
}

t.test('what cannot be read is refused with a Status that says what was wrong', async (t) => {
  const { send } = await withServer(t);
  const body = JSON.stringify(service('a'));
  const cases: [what: string, request: Promise<Awaited<ReturnType<typeof send>>>, status: number, message: RegExp][] = [
    ['malformed JSON', send('POST', collection, '{"kind": "Service",\n "metadata": }'), 400, /line 2, column 14/],
    ['an empty body', send('POST', collection, ''), 422, /invalid/i],
    ['a list', send('POST', collection, '[]'), 422, /expected object/],
    ['another content type', send('POST', collection, body, 'text/plain'), 415, /application\/json/],
    ['a body of 10 MB', send('POST', collection, JSON.stringify({ ...service('a'), metadata: { name: 'a', annotations: { big: 'x'.repeat(10_000_000) } } })), 413, /larger/],
    ['a path that is not there', send('GET', '/apis/spawnit.dev/v1/namespaces/default/servces'), 404, /did you mean \/apis\/spawnit.dev\/v1\/namespaces\/default\/services\?/],
    ['a path too long to be guessed at', send('GET', `/apis/spawnit.dev/v2/namespaces/${'a'.repeat(10_000)}/services`), 404, /\/services$/],
    ['a verb that is not there', send('DELETE', '/apis/spawnit.dev/v1'), 405, /GET is/],
    ['another kind', send('POST', collection, body.replace('Service', 'Job')), 422, /kind: /],
    ['another version', send('POST', collection, body.replace('/v1', '/v2')), 422, /apiVersion: /],
    ['another namespace', send('POST', collection, JSON.stringify(service('a', {}, { namespace: 'other' }))), 400, /not that of the path/],
    ['a namespace that is not there', send('POST', collection.replace('default', 'none'), JSON.stringify(service('a', {}, { namespace: 'none' }))), 404, /namespace "none" not found: create it/],
    ['no namespace', send('POST', '/apis/spawnit.dev/v1/services', body), 400, /namespaces\/default/],
    ['a resourceVersion at creation', send('POST', collection, JSON.stringify(service('a', {}, { resourceVersion: '1' }))), 400, /resourceVersion must not be set/],
    ['no name', send('POST', collection, JSON.stringify({ ...service('a'), metadata: {} })), 422, /metadata.name: is required/],
    ['a type of its own', send('POST', collection, JSON.stringify({ ...service('a'), spec: { template: 'web', suspend: 'yes' } })), 422, /spec.suspend: expected boolean \(got "yes"\)/],
    ['a status that nobody has', send('PATCH', '/apis/spawnit.dev/v1/templates/web/status', '{}', 'application/merge-patch+json'), 404, /no \/apis/],
    ['a patch of no known type', send('PATCH', `${collection}/a`, '{}', 'application/json'), 415, /merge-patch/],
    ['a patch type in capitals', send('PATCH', `${collection}/a`, '{}', 'Application/Merge-Patch+JSON'), 404, /"a" not found/],
    ['a bad escape', send('GET', '/apis/%FF'), 400, /not a valid URL path/],
    ['a watch position that is none', send('GET', `${collection}?watch=true&resourceVersion=abc`), 400, /resourceVersion/],
    ['an odd time-out', send('GET', `${collection}?watch=true&timeoutSeconds=-1`), 400, /timeoutSeconds/],
  ];
  for (const [what, request, status, message] of cases) {
    const answer = await request;
    t.match(answer, { status, requestId: String, body: { kind: 'Status', status: 'Failure', code: status, message } }, what);
  }
});

t.test('a name must be a DNS label', async (t) => {
  const { client } = await withServer(t);
  for (const name of ['Big', 'a_b', '-a', 'a-', 'a.b', 'ä', 'x'.repeat(64), ' ', 'a/b', '..'])
    await t.rejects(client.services.create(service(name)), { code: 'Invalid', details: { causes: [{ field: 'metadata.name', message: /must be a DNS label/ }] } } as unknown as ApiError, name);
});

t.test('no id leads out of its place', async (t) => {
  const { plane, token } = await withServer(t);
  for (const id of ['..', '%2e%2e', '..%2f..%2fmeta%2fcluster', 'a%2fb', 'a%00b', '%5c..', 'A', 'a.b', `a${'b'.repeat(300)}`, '%E0%A4%A']) {
    for (const path of [`${collection}/${id}`, `/apis/spawnit.dev/v1/namespaces/${id}/services`, `/api/v1/namespaces/${id}`]) {
      const status = await statusOf(plane.url, path, token!);
      t.ok([400, 404].includes(status), `${path}: ${status}`);
    }
  }
});

t.test('the caller’s request id is answered and kept fit for logs', async (t) => {
  const { plane, token } = await withServer(t);
  const ask = async (id: string) => (await fetch(`${plane.url}/version`, { headers: { authorization: `Bearer ${token}`, 'x-request-id': id } })).headers.get('x-request-id');
  t.equal(await ask('abc-123'), 'abc-123');
  t.not(await ask('a "b" {c}'), 'a "b" {c}');
});

t.test('what is neither HTTP nor TLS is hung up on, and others go on', async (t) => {
  const { plane, send } = await withServer(t);
  const socket = connect(Number(new URL(plane.url).port), '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.write('\x00\x01 hello\r\n\r\n');
  await new Promise((resolve) => socket.on('data', () => undefined).on('error', () => undefined).on('close', resolve));
  t.equal((await send('GET', '/version')).status, 200);
});
