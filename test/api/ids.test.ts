import { agentPaths } from '@spawnit/contract';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { services, startServer, webServer, type Server } from './server.js';

/** Ways out of a folder, as they are and as servers have been fooled into reading them. */
const evil = ['..', '%2e%2e', '..%2fcanary', '%2e%2e%2f%2e%2e%2fcanary', '..%5ccanary', '%252e%252e%252fcanary', '%2fetc%2fcanary', 'canary%00', 'canary%0a', '%c0%ae%c0%ae%2fcanary', '.', '%ff', `canary${'y'.repeat(300)}`, '~', '__proto__', 'CANARY'];

interface Operation {
  method: string;
  path: string;
}

t.test('no id in any path leads out of its place, whoever asks', { timeout: 600_000 }, async (t) => {
  const server = await startServer(t);
  await server.send('POST', services, { body: webServer('a') });
  const { token } = (await server.send('POST', agentPaths.join, { body: '{"name":"n1"}', as: 'join' })).json as { token?: string };
  const before = filesOf(server);
  const operations = [...(await documented(server)), ...spokenByAgents()];
  t.ok(operations.length > 50, `${operations.length} operations`);
  const wrong: string[] = [];
  for (const { method, path } of operations) {
    for (const asked of withEvil(path)) {
      for (const as of ['admin', { token: token! }] as const) {
        const { status } = await server.send(method, asked, { as, ...(method !== 'GET' && { body: '{}', type: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }) });
        if (status < 400 || status >= 500) wrong.push(`${method} ${asked}: ${status}`);
      }
    }
  }
  t.same(wrong, [], 'each is refused as the mistake of who asked');
  t.same(filesOf(server), before, 'no file was made');
  t.match(await server.send('GET', `${services}/a`), { status: 200 }, 'what was there is there, and the server well');
});

t.test('no id in any body leads out of its place', async (t) => {
  const server = await startServer(t);
  const before = filesOf(server);
  for (const id of ['..', '../canary', '/canary', 'a/../canary', 'canary\0', 'canary\n', '.', '~', '__proto__', 'Canary']) {
    const shown = JSON.stringify(id);
    t.equal((await server.send('POST', agentPaths.join, { body: JSON.stringify({ name: id }), as: 'join' })).status, 422, `join as ${shown}`);
    t.equal((await server.send('POST', services, { body: webServer(id) })).status, 422, `service ${shown}`);
    t.equal((await server.send('POST', services, { body: webServer('a', { spec: { template: id } }) })).status, 422, `template ${shown}`);
    t.equal((await server.send('POST', '/api/v1/namespaces', { body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: id } }) })).status, 422, `namespace ${shown}`);
    const prefix = await server.send('POST', services, { body: webServer(undefined, { metadata: { generateName: `${id}/` } }) });
    t.equal(prefix.status, 422, `generateName ${shown}`);
  }
  t.same(filesOf(server), before);
});

/** Every operation of the OpenAPI documents whose path has a parameter; the dashboard answers any path with its page. */
async function documented({ send }: Server): Promise<Operation[]> {
  const { paths } = (await send('GET', '/openapi/v3')).json as { paths: Record<string, { serverRelativeURL: string }> };
  const documents = await Promise.all(Object.values(paths).map(async ({ serverRelativeURL }) => (await send('GET', serverRelativeURL)).json as { paths: Record<string, Record<string, unknown>> }));
  return documents.flatMap((document) =>
    Object.entries(document.paths).flatMap(([path, item]) => ['get', 'post', 'put', 'patch', 'delete'].filter((method) => method in item && path.includes('{') && !path.startsWith('/ui/')).map((method) => ({ method: method.toUpperCase(), path }))),
  );
}

function spokenByAgents(): Operation[] {
  const { heartbeat, checks, checkResult, inventory, claim, progress, log, finish, bundle, state, recoverState } = agentPaths;
  const hole = '{x}';
  const at = (method: string, path: string): Operation => ({ method, path: path.replaceAll(encodeURIComponent(hole), hole) });
  return [
    ...[heartbeat(hole), checkResult(hole, hole), claim(hole, hole), progress(hole, hole), log(hole, hole), finish(hole, hole), recoverState(hole, hole)].map((path) => at('POST', path)),
    ...[checks(hole), inventory(hole), bundle(hole), state(hole, hole)].map((path) => at('GET', path)),
    ...['POST', 'LOCK', 'UNLOCK'].map((method) => at(method, state(hole, hole))),
  ];
}

/** The path with each evil id in each of its places, the others being ordinary. */
function withEvil(path: string): string[] {
  const places = [...path.matchAll(/\{[^}]+\}/g)];
  const ordinary = (text: string) => text.replaceAll(/\{[^}]+\}/g, 'default');
  return places.flatMap(({ 0: place, index }) => evil.map((id) => ordinary(path.slice(0, index)) + id + ordinary(path.slice(index + place.length))));
}

/** Files of the server's data besides its log, and whatever lies beside its folder under the canary's name. */
function filesOf({ api }: Server): string[] {
  const inside = readdirSync(api.dataDir, { recursive: true, encoding: 'utf8' }).filter((file) => !file.includes('registry'));
  const beside = [join(dirname(api.dataDir), 'canary'), '/etc/canary', '/canary'].filter((file) => existsSync(file));
  return [...inside, ...beside].sort();
}

