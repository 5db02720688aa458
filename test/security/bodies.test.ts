import { agentPaths } from '@spawnit/contract';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { services, startServer, webServer } from '../api/server.js';

const one = `${services}/a`;
const merge = 'application/merge-patch+json';
const json = 'application/json-patch+json';

/** One server for all that is sent: what one body breaks, the next finds broken. */
const { api, send } = await startServer(t);
t.equal((await send('POST', services, { body: webServer('a') })).status, 201);

t.test('a body that is too large, too deep or too wide is refused, and the server goes on', async (t) => {
  const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, 'x']));
  const cases: [string, string, number][] = [
    ['10 MB', webServer('b', { metadata: { annotations: { x: 'x'.repeat(10_000_000) } } }), 413],
    ['17 MB', JSON.stringify('x'.repeat(17_000_000)), 413],
    ['100,000 lists in each other', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400],
    ['100,000 objects in each other', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400],
    ['100,000 lists that are never closed', '['.repeat(100_000), 400],
    ['50,000 labels that are none', webServer('b', { metadata: { labels: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`no label ${i}`, ''])) } }), 422],
    ['60,000 unknown fields', webServer('b', { spec: wide(60_000) }), 422],
    ['60,000 unknown parameters', webServer('b', { parameters: wide(60_000) }), 422],
    ['300,000 volumes that are none', webServer('b', { spec: { template: 'container', parameters: { image: 'x', volumes: Array.from({ length: 300_000 }, () => ({})) } } }), 422],
    ['60,000 variables', webServer('b', { parameters: { env: wide(60_000) } }), 422],
  ];
  for (const [what, body, status] of cases) {
    const answer = await send('POST', services, { body });
    t.equal(answer.status, status, what);
    t.ok((JSON.stringify(answer.json)?.length ?? 0) < 100_000, `${what}: the answer is bounded`);
  }
  t.equal((await send('GET', one)).status, 200);
});

t.test('no key of a body reaches a prototype', async (t) => {
  const bodies: [string, string, string, string][] = [
    ['PATCH', one, merge, '{"__proto__":{"polluted":1}}'],
    ['PATCH', one, merge, '{"metadata":{"labels":{"__proto__":{"polluted":"1"}}}}'],
    ['PATCH', one, merge, '{"constructor":{"prototype":{"polluted":1}}}'],
    ['PATCH', one, merge, '{"metadata":{"labels":{"constructor":{"prototype":{"polluted":"1"}}}}}'],
    ['PATCH', one, merge, '{"spec":{"parameters":{"constructor":{"prototype":{"polluted":1}}}}}'],
    ['PATCH', one, merge, '{"spec":{"parameters":{"\\u005f_proto__":{"polluted":1}}}}'],
    ['PATCH', one, json, '[{"op":"add","path":"/__proto__/polluted","value":1}]'],
    ['PATCH', one, json, '[{"op":"add","path":"/constructor/prototype/polluted","value":1}]'],
    ['PATCH', one, json, '[{"op":"copy","from":"/constructor","path":"/spec/parameters/x"}]'],
    ['PATCH', one, json, '[{"op":"add","path":"/spec/parameters/__proto__","value":{"polluted":1}}]'],
    ['PATCH', '/api/v1/namespaces/default', 'application/strategic-merge-patch+json', '{"metadata":{"labels":{"$deleteFromPrimitiveList/constructor":["x"]}}}'],
    ['POST', services, 'application/json', webServer('b', { parameters: JSON.parse('{"constructor":{"prototype":{"polluted":1}}}') as object })],
  ];
  for (const [method, path, type, body] of bodies) {
    const { status } = await send(method, path, { body, type });
    t.ok([400, 422].includes(status), `${body}: ${status}`);
  }
  for (const query of ['__proto__=1', '__proto__[x]=1', 'constructor=1', 'fieldSelector=constructor%3Dx', 'fieldSelector=__proto__.x%3Dx', 'labelSelector=__proto__'])
    t.ok([200, 400].includes((await send('GET', `${services}?${query}`)).status), query);
  t.notMatch((await send('GET', one)).json, { polluted: 1 });
});

t.test('a label may be called like a method, and is but a label', async (t) => {
  const labels = { constructor: 'x', toString: 'y', hasOwnProperty: 'z' };
  t.match((await send('PATCH', one, { type: merge, body: JSON.stringify({ metadata: { labels } }) })).json, { metadata: { labels } });
  t.match((await send('GET', `${services}?labelSelector=valueOf`)).json, { items: { length: 0 } });
  t.match((await send('GET', `${services}?labelSelector=constructor%3Dx`)).json, { items: { length: 1 } });
});

t.test('a small patch can not grow into a huge object', async (t) => {
  const doubling = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/spec/parameters', path: `/spec/parameters/x${i}` }));
  t.match(await send('PATCH', one, { type: json, body: JSON.stringify(doubling) }), { status: 422, json: { message: /copies of this patch/ } });
});

t.test('nothing comes unpacked into memory', async (t) => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
  t.match(await send('POST', '/apis/spawnit.dev/v1/modules', { body: bomb, type: 'application/gzip' }), { status: 400, json: { message: /bytes unpacked/ } });
  t.match(await send('POST', services, { body: bomb, headers: { 'content-encoding': 'gzip' } }), { status: 400 });
});

t.test('answers say nothing of files, programs or machines inside', async (t) => {
  const odd: [string, string, string?][] = [
    ['GET', `${services}/%00`], ['GET', '/%'], ['POST', services, '{'], ['POST', services, '{"kind":1}'], ['GET', `${services}?limit=x`], ['PUT', one, '[]'], ['GET', '/nothing/here'],
    ['POST', agentPaths.join, '{"name":"../../x"}'], ['GET', agentPaths.bundle('../../keys/root.key')], ['GET', agentPaths.bundle(`sha256-${'0'.repeat(64)}`)], ['GET', '/readyz?verbose'], ['PATCH', one, '[]'],
  ];
  for (const [method, path, body] of odd) {
    const answer = await send(method, path, { body });
    t.ok(answer.status < 500, `${method} ${path}: ${answer.status}`);
    t.notMatch(JSON.stringify([answer.json, answer.headers]), new RegExp(`${api.dataDir}|node_modules|\\.js:\\d+|at Object|node:internal`), `${method} ${path}`);
    for (const header of ['server', 'x-powered-by', 'access-control-allow-origin', 'access-control-allow-credentials', 'set-cookie']) t.notOk(answer.headers[header], header);
  }
});

t.test('a page of another origin reads nothing, whatever name it has for this machine', async (t) => {
  const evil = { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
  const preflight = await send('OPTIONS', services, { as: null, headers: { ...evil, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } });
  t.ok(preflight.status >= 400);
  for (const path of [services, '/metrics', '/version', '/openapi/v3', '/apis/spawnit.dev/v1/events-stream']) {
    const answer = await send('GET', path, { as: null, headers: evil });
    t.equal(answer.status, 401, path);
    t.notOk(Object.keys(answer.headers).some((name) => name.startsWith('access-control-')), path);
  }
});

t.test('nothing that a caller sends begins a line of the log', async (t) => {
  const lie = '{"level":30,"msg":"a lie"}';
  await send('GET', `/a%0a${encodeURIComponent(lie)}`, { headers: { 'x-request-id': `x ${lie}`, 'user-agent': lie } });
  await send('POST', services, { body: `\n${lie}\n{` });
  await send('POST', services, { body: webServer(`a\n${lie}`) });
  await send('GET', '/version', { as: { token: `x\t${lie}` } });
  await api.program().stop();
  for (const line of api.program().lines.filter((each) => each.includes('a lie'))) t.equal((JSON.parse(line) as { msg: string }).msg, 'answered', line);
});
