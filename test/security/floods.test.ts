import { startApiserver, waitFor, type Apiserver } from '@spawnit/testkit';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';

const services = '/apis/spawnit.dev/v1/namespaces/default/services';

function ask(api: Apiserver, path: string, token = api.token('admin')): Promise<number> {
  return new Promise((resolve, reject) => {
    request(api.url + path, { headers: { authorization: `Bearer ${token}` }, agent: false }, (answer) => resolve(answer.resume().statusCode!)).on('error', reject).end();
  });
}

/** Connections that send what they are given and then nothing more. */
async function silent(t: Test, api: Apiserver, count: number, text: string): Promise<Socket[]> {
  const { port } = new URL(api.url);
  const sockets = Array.from({ length: count }, () => connect(Number(port), '127.0.0.1'));
  t.teardown(() => sockets.forEach((socket) => socket.destroy()));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) socket.on('error', () => undefined).write(text);
  return sockets;
}

t.test('who sends wrong tokens is held back, and nobody else of that address', async (t) => {
  const api = await startApiserver(t);
  const wrong = await Promise.all(Array.from({ length: 600 }, () => ask(api, '/version', 'spawnit.v1.e30.AAAA')));
  t.ok(wrong.includes(429), 'guessing is slowed down');
  t.same([...new Set(wrong)].filter((status) => status !== 401 && status !== 429), []);
  for (const name of ['admin', 'scheduler', 'join'] as const) t.equal(await ask(api, '/version', api.token(name)), 200, name);
});

t.test('senders that stop half-way keep nobody waiting', async (t) => {
  const api = await startApiserver(t);
  const head = `POST ${services} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.token('admin')}\r\nContent-Type: application/json\r\n`;
  await silent(t, api, 200, '');
  await silent(t, api, 200, 'G');
  await silent(t, api, 200, head);
  await silent(t, api, 200, `${head}Content-Length: 1000\r\n\r\n{`);
  await silent(t, api, 100, '\x16\x03\x01');
  for (let i = 0; i < 20; i++) t.equal(await ask(api, services), 200);
});

t.test('watches that nobody reads are bounded, and keep nobody waiting', async (t) => {
  const api = await startApiserver(t);
  const open: ClientRequest[] = [];
  t.teardown(() => open.forEach((each) => each.destroy()));
  const watch = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(`${api.url}/api/v1/events?watch=true`, { headers: { authorization: `Bearer ${api.token('admin')}` }, agent: false }, resolve).on('error', reject);
      sent.end();
      open.push(sent);
    });
  const answers = await Promise.all(Array.from({ length: 260 }, watch));
  t.equal(answers.filter(({ statusCode }) => statusCode === 429).length, 4, 'so many are given to one caller');
  answers.forEach((answer) => answer.on('error', () => undefined).pause());
  const { namespaces } = api.client('admin');
  await Promise.all(Array.from({ length: 50 }, (_, i) => namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `n${i}` } })));
  t.equal((await namespaces.list()).items.length, 51);
  open.forEach((each) => each.destroy());
  await waitFor(async () => (await watch()).statusCode === 200, { what: 'the places to be free again' });
});

t.test('it stops at once, whoever holds a connection open', async (t) => {
  const api = await startApiserver(t);
  await silent(t, api, 50, '');
  await silent(t, api, 50, 'POST / HTTP/1.1\r\nHost: x\r\n');
  const exit = await api.program().stop(60_000);
  t.match(exit, { code: 0 });
});
