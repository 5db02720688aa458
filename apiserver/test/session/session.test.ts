import { tempDir, waitFor } from '@spawnit/testkit';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startPlane, type Plane } from '../agent/plane.js';
import { join as joined } from '../../src/session/halves.js';

const services = '/apis/spawnit.dev/v1/namespaces/default/services';

function tokenOf(plane: Plane, role: 'admin' | 'reconciler' = 'admin'): string {
  return plane.context.tokens.mint({ role, name: role });
}

/** As a browser sends it: a page of this server, unless told. */
function ask(plane: Plane, path: string, { method = 'GET', session = {}, body, headers = {} }: { method?: string; session?: Record<string, string>; body?: unknown; headers?: Record<string, string> } = {}): Promise<Response> {
  const own = { origin: plane.url, 'sec-fetch-site': 'same-origin' };
  return fetch(plane.url + path, { method, redirect: 'manual', headers: { ...(method === 'GET' ? {} : own), ...session, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });
}

/** What the browser sends from then on: one half by itself, the other by the page. */
async function sessionOf(answer: Response): Promise<{ cookie: string; 'x-spawnit-session': string }> {
  const { half } = (await answer.json()) as { half: string };
  return { cookie: answer.headers.get('set-cookie')!.split(';')[0]!, 'x-spawnit-session': half };
}

async function signedIn(plane: Plane): Promise<Record<string, string>> {
  return sessionOf(await ask(plane, '/session', { method: 'POST', body: { token: tokenOf(plane) } }));
}

t.test('a browser signs in once and is known by a cookie that no script and no other site can use', async (t) => {
  const plane = await startPlane(t);
  const answer = await ask(plane, '/session', { method: 'POST', body: { token: tokenOf(plane) } });
  t.equal(answer.status, 200);
  const set = answer.headers.get('set-cookie')!;
  for (const attribute of [/; HttpOnly/, /; SameSite=Strict/, /; Path=\//]) t.match(set, attribute);
  const session = await sessionOf(answer);
  t.equal((await ask(plane, services, { session })).status, 200);
  t.same(await (await ask(plane, '/session', { session })).json(), { role: 'admin', name: 'admin', demo: false });
  const out = await ask(plane, '/session', { method: 'DELETE', session });
  t.match(out.headers.get('set-cookie'), /Max-Age=0/);
});

t.test('what another port of the host gets to see, or a script, is no session: each has one half', async (t) => {
  const plane = await startPlane(t);
  const token = tokenOf(plane);
  const { cookie, 'x-spawnit-session': half } = await sessionOf(await ask(plane, '/session', { method: 'POST', body: { token } }));
  for (const session of [{ cookie }, { 'x-spawnit-session': half! }] as Record<string, string>[]) t.equal((await ask(plane, services, { session })).status, 401);
  const other = await signedIn(plane);
  t.equal((await ask(plane, services, { session: { cookie, 'x-spawnit-session': other['x-spawnit-session']! } })).status, 401, 'halves of two sessions are not one');
  for (const seen of [cookie.split('=')[1]!, half]) t.notOk(Buffer.from(seen, 'base64url').toString('latin1').includes(token.slice(0, 12)));
});

t.test('who signs out ends the session for whoever has copied it, in halves or whole, and on every server; the token goes on', async (t) => {
  const dirs = [tempDir(t), tempDir(t)] as const;
  const store = { driver: 'files' as const, dir: join(tempDir(t), 'store') };
  const plane = await startPlane(t, { dataDir: dirs[0], store });
  cpSync(join(dirs[0], 'keys'), join(dirs[1], 'keys'), { recursive: true });
  const other = await startPlane(t, { dataDir: dirs[1], store });
  const token = tokenOf(plane);
  const session = await sessionOf(await ask(plane, '/session', { method: 'POST', body: { token } }));
  const stays = await signedIn(plane);
  const whole = joined({ cookie: session.cookie.split('=')[1]!, page: session['x-spawnit-session'] })!;
  t.not(whole, token, 'the person’s own token is in no browser');
  const copies = [session, { authorization: `Bearer ${whole}` }] as Record<string, string>[];
  for (const copy of copies) t.equal((await ask(other, services, { session: copy })).status, 200);
  t.equal((await ask(plane, '/session', { method: 'DELETE', session })).status, 204);
  for (const copy of copies) t.equal((await ask(plane, services, { session: copy })).status, 401);
  await waitFor(async () => (await ask(other, services, { session })).status === 401, { what: 'the other server to have read of it' });
  await plane.stop();
  const again = await startPlane(t, { dataDir: dirs[0], store });
  for (const copy of copies) t.equal((await ask(again, services, { session: copy })).status, 401, 'nor after a restart');
  for (const good of [stays, { authorization: `Bearer ${token}` }]) t.equal((await ask(again, services, { session: good })).status, 200);
  t.equal((await ask(again, '/session', { method: 'DELETE', session })).status, 204, 'who is out already may say so again');
});

t.test('what is open goes on no longer than the session it was opened in', async (t) => {
  const plane = await startPlane(t);
  const [leaves, stays] = [await signedIn(plane), await signedIn(plane)];
  const streams = ['events-stream', 'services?watch=true'];
  const open = (session: Record<string, string>) => Promise.all(streams.map((path) => fetch(`${plane.url}/apis/spawnit.dev/v1/${path}`, { headers: session })));
  const others = await open(stays);
  t.teardown(() => Promise.all(others.map(({ body }) => body?.cancel())));
  const ended = (await open(leaves)).map((answer) => answer.text());
  t.equal(plane.context.streams.size, 4);
  t.equal((await ask(plane, '/session', { method: 'DELETE', session: leaves })).status, 204);
  await Promise.all(ended);
  // The reader may know of the end before the server has let the stream go.
  await waitFor(() => plane.context.streams.size <= 2, { what: 'both to be let go' });
  t.equal(plane.context.streams.size, 2, 'those of another session go on');
});

t.test('a session changes nothing for a request that another site made', async (t) => {
  const plane = await startPlane(t);
  const session = await signedIn(plane);
  const body = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'x' }, spec: { template: 'note', parameters: {} } };
  const post = (headers: Record<string, string>) => fetch(plane.url + services, { method: 'POST', headers: { ...session, 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  for (const headers of [{ origin: 'https://elsewhere.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site', origin: plane.url }, {}] as Record<string, string>[])
    t.equal((await post(headers)).status, 403, JSON.stringify(headers));
  t.equal((await ask(plane, services, { session, headers: { 'sec-fetch-site': 'cross-site' } })).status, 403, 'nor is it told anything');
  t.not((await post({ origin: plane.url, 'sec-fetch-site': 'same-origin' })).status, 403, 'our own page may');
  const other = await fetch(`${plane.url}/session`, { method: 'POST', headers: { origin: 'https://elsewhere.example', 'content-type': 'application/json' }, body: JSON.stringify({ token: tokenOf(plane) }) });
  t.equal(other.status, 403, 'and no other site signs anybody in');
});

t.test('only people sign in, and only with a token of this cluster', async (t) => {
  const plane = await startPlane(t);
  const status = async (token: unknown) => (await ask(plane, '/session', { method: 'POST', body: { token } })).status;
  t.equal(await status(tokenOf(plane, 'reconciler')), 403);
  t.equal(await status('spawnit.v1.nonsense.x'), 401);
  t.equal(await status(''), 422);
  t.equal((await ask(plane, services, { session: { cookie: 'spawnit_session=nonsense', 'x-spawnit-session': 'nonsense' } })).status, 401);
});
