import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { services, startServer, webServer, type Answer, type Server } from './server.js';

type Case = [what: string, answer: Promise<Answer>, status: number, message: RegExp, field?: string];

/** Every refusal is a Status with a reason and a request id, names the field, and leaves nothing behind. */
async function refused(t: Test, { api, send }: Server, cases: Case[]): Promise<void> {
  for (const [what, asked, status, message, field] of cases) {
    const { headers, json, ...answer } = await asked;
    t.match({ ...answer, json }, { status, json: { kind: 'Status', status: 'Failure', code: status, reason: /^[A-Z]\w+$/, message } }, what);
    t.ok(headers['x-request-id'], `${what}: with a request id`);
    if (field !== undefined) t.ok(json?.details?.causes?.some((cause) => cause.field === field), `${what}: at ${field}, not ${JSON.stringify(json?.details?.causes)}`);
  }
  t.same((await send('GET', services)).json!['items'], [], 'nothing of it was kept');
  t.ok(api.program().running() && (await send('GET', '/readyz')).status === 200, 'the server is well');
}

t.test('what people get wrong in a service is refused, each with its field and the word that was meant', async (t) => {
  const server = await startServer(t);
  const post = (body: string) => server.send('POST', services, { body });
  const parameter = (parameters: object) => post(webServer('a', { parameters }));
  await refused(t, server, [
    ['malformed JSON', post('{"kind": "Service",\n  "metadata" {}}'), 400, /line 2, column 14/],
    ['JSON cut off', post(webServer('a').slice(0, -9)), 400, /JSON/],
    ['an unknown field at the top', post(webServer('a', { top: { spce: {} } })), 422, /unknown field "spce", did you mean "spec"/, 'spce'],
    ['an unknown field in the metadata', post(webServer('a', { metadata: { lables: {} } })), 422, /did you mean "labels"/, 'metadata.lables'],
    ['an unknown field in the spec', post(webServer('a', { spec: { suspnd: true } })), 422, /did you mean "suspend"/, 'spec.suspnd'],
    ['an unknown field further in', post(webServer('a', { spec: { drift: { polcy: 'Flag' } } })), 422, /did you mean "policy"/, 'spec.drift.polcy'],
    ['an unknown parameter', parameter({ prot: 1 }), 422, /did you mean "port"/, 'spec.parameters.prot'],
    ['a wrong type in the spec', post(webServer('a', { spec: { suspend: 'yes' } })), 422, /expected boolean \(got "yes"\)/, 'spec.suspend'],
    ['a wrong type of name', post(webServer(7)), 422, /expected string/, 'metadata.name'],
    ['a wrong type of parameter', parameter({ port: '8080' }), 422, /whole number \(got "8080"\)/, 'spec.parameters.port'],
    ['a port of 0', parameter({ port: 0 }), 422, /1–65535 \(got 0\)/, 'spec.parameters.port'],
    ['a port of 65536', parameter({ port: 65536 }), 422, /1–65535 \(got 65536\)/, 'spec.parameters.port'],
    ['a port of half', parameter({ port: 80.5 }), 422, /whole number/, 'spec.parameters.port'],
    ['a port inside of −1', parameter({ container_port: -1 }), 422, /1–65535/, 'spec.parameters.container_port'],
    ['a template that is not there', post(webServer('a', { spec: { template: 'web-servre' } })), 422, /no template "web-servre", did you mean "web-server"/, 'spec.template'],
    ...['Big', 'a_b', '-a', 'a-', 'a.b', 'é', '../a', 'a/b', '', 'x'.repeat(64)].map((name): Case => [`the name ${JSON.stringify(name)}`, post(webServer(name)), 422, /DNS label|is required/, 'metadata.name']),
    ['a namespace that is no label', post(webServer('a', { metadata: { namespace: '../x' } })), 400, /namespace/],
    ['a dependency that is no label', post(webServer('a', { spec: { dependsOn: ['../b'] } })), 422, /DNS label/, 'spec.dependsOn[0]'],
    ['a field of every object', post(webServer('a').replace('"spec":{', '"__proto__":{"x":1},"spec":{')), 400, /__proto__/],
    ['a body of 10 MB', post(webServer('a', { metadata: { annotations: { big: 'x'.repeat(10_000_000) } } })), 413, /larger/],
  ]);
});

t.test('two services with one host port: the second is told who has it', async (t) => {
  const { send } = await startServer(t);
  t.equal((await send('POST', services, { body: webServer('first') })).status, 201);
  const second = await send('POST', services, { body: webServer('second') });
  t.match(second, { status: 422, json: { details: { causes: [{ field: 'spec.parameters.port', message: /18080 is taken by service "first"/ }] } } });
  const list = await send('POST', services, { body: webServer('third', { spec: { template: 'container', parameters: { image: 'x', ports: [{ internal: 80 }, { internal: 81, external: 18080 }] } } }) });
  t.match(list, { status: 422, json: { details: { causes: [{ field: 'spec.parameters.ports[1].external' }] } } });
  t.equal((await send('POST', services, { body: webServer('second', { parameters: { port: 18081 } }) })).status, 201);
  const moved = await send('PATCH', `${services}/second`, { body: '{"spec":{"parameters":{"port":18080}}}', type: 'application/merge-patch+json' });
  t.match(moved, { status: 422, json: { details: { causes: [{ field: 'spec.parameters.port' }] } } }, 'nor by a change');
});

t.test('a stale resourceVersion is a conflict, and the newer state stands', async (t) => {
  const { send } = await startServer(t);
  const { json: first } = await send('POST', services, { body: webServer('a') });
  const label = (text: string, version?: unknown) => send('PATCH', `${services}/a`, { body: JSON.stringify({ metadata: { resourceVersion: version, labels: { text } } }), type: 'application/merge-patch+json' });
  const { resourceVersion } = first!['metadata'] as { resourceVersion: string };
  t.equal((await label('new', resourceVersion)).status, 200);
  t.match(await label('stale', resourceVersion), { status: 409, json: { reason: 'Conflict' } });
  t.match(await send('PUT', `${services}/a`, { body: JSON.stringify(first) }), { status: 409, json: { reason: 'Conflict' } });
  t.match(await send('DELETE', `${services}/a`, { body: JSON.stringify({ preconditions: { resourceVersion } }) }), { status: 409 });
  t.match(await send('GET', `${services}/a`), { json: { metadata: { labels: { text: 'new' } } } });
});

t.test('a bundle that leads out of its folder, by name or by link, is refused', async (t) => {
  const server = await startServer(t);
  const modules = '/apis/spawnit.dev/v1/modules';
  const main = 'variable "x" {}\n';
  const files = (given: Record<string, string>) => server.send('POST', modules, { body: JSON.stringify({ apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: {}, spec: { files: { 'main.tf': main, ...given } } }) });
  const tar = (...args: string[]) => server.send('POST', modules, { body: execFileSync('tar', args, { stdio: ['ignore', 'pipe', 'ignore'] }), type: 'application/x-tar' });
  const dir = bundleFolder(t, main);
  const before = await server.send('GET', modules);
  await refused(t, server, [
    ...['../x.tf', '/etc/x.tf', 'a/../../x.tf', 'a//b.tf', './x.tf', 'a\\..\\x.tf'].map((path): Case => [`a file ${path}`, files({ [path]: main }), 422, /relative path without "\.\."/]),
    ['a tar with ..', tar('-cP', '-C', join(dir, 'good'), 'main.tf', '../outside.tf'), 400, /\.\./],
    ['a tar with a path from the root', tar('-cP', join(dir, 'good/main.tf')), 400, /\/good\/main\.tf/],
    ['a tar with a symbolic link', tar('-c', '-C', join(dir, 'linked'), '.'), 400, /symbolic link/],
    ['a tar with a hard link', tar('-c', '-C', join(dir, 'hard'), '.'), 400, /link/],
    ['rubbish for a tar', server.send('POST', modules, { body: 'rubbish', type: 'application/x-tar' }), 422, /spec\.files/],
  ]);
  t.same((await server.send('GET', modules)).json!['items'], before.json!['items'], 'and no module was made');
});

function bundleFolder(t: Test, main: string): string {
  const dir = tempDir(t);
  for (const folder of ['good', 'linked', 'hard']) {
    mkdirSync(join(dir, folder));
    writeFileSync(join(dir, folder, 'main.tf'), main);
  }
  writeFileSync(join(dir, 'outside.tf'), main);
  symlinkSync('/etc/passwd', join(dir, 'linked', 'link.tf'));
  linkSync(join(dir, 'hard', 'main.tf'), join(dir, 'hard', 'second.tf'));
  return dir;
}
