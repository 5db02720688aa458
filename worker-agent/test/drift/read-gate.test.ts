import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { helloImage } from '@spawnit/local';
import { docker, tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import t from 'tap';
import { Pool } from 'undici';
import { openReadGate } from '../../src/drift/read-gate.js';

const list = '/v1.41/containers/json?all=1';

async function gateBefore(t: Teardown, engine: string) {
  const socket = join(tempDir(t), 'reads.sock');
  const gate = await openReadGate({ engine, socket, narrow: (target) => target });
  const pool = new Pool('http://docker', { socketPath: socket, connections: 16 });
  t.teardown(async () => {
    await pool.destroy();
    await gate.close();
  });
  const get = async (path: string) => {
    const { statusCode, body } = await pool.request({ method: 'GET', path });
    return { status: statusCode, text: await body.text() };
  };
  return { gate, socket, get };
}

/** No engine, but a server that is asked in its place. */
async function standInEngine(t: Teardown, answer: RequestListener, onConnection: (connection: Socket) => void = () => undefined): Promise<string> {
  const socket = join(tempDir(t), 'engine.sock');
  const server = createServer(answer).on('connection', onConnection);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.teardown(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  return socket;
}

t.test('reads give what the engine says, and nothing that changes something passes', async (t) => {
  const { get, socket, gate } = await gateBefore(t, '/var/run/docker.sock');
  const host = `unix://${socket}`;
  const volume = `read-gate-${randomUUID()}`;
  t.teardown(() => docker(['volume', 'rm', volume]));
  await docker(['volume', 'create', volume]);
  // Only what is ours: other tests make and remove images, tags and volumes all the while.
  for (const format of [['images', '--quiet', '--no-trunc', helloImage], ['image', 'inspect', '--format', '{{json .Config}}', helloImage], ['volume', 'ls', '--quiet', '--filter', `name=${volume}`]]) {
    const said = await docker(format, host);
    t.not(said, '', format.join(' '));
    t.equal(said, await docker(format), format.join(' '));
  }
  for (const change of [['pull', helloImage], ['volume', 'create', 'read-gate'], ['image', 'rm', helloImage], ['network', 'create', 'read-gate'], ['run', helloImage]]) {
    await t.rejects(docker(change, host), { message: /SpawnIt: a drift check changes nothing/ }, change[0]!);
  }
  t.match(await get('/v1.41/images/none-of-this-name/json'), { status: 404, text: /No such image/ });
  t.equal(gate.unanswered, 0);
});

t.test('a list is fetched once for all who ask while another is on its way, and none gets one from before it asked', async (t) => {
  const held: { url: string; res: ServerResponse }[] = [];
  const engine = await standInEngine(t, (req, res) => void held.push({ url: req.url!, res }));
  const { get } = await gateBefore(t, engine);
  const first = get(list);
  await waitFor(() => held.length === 1, { what: 'the first to be asked' });
  const others = Array.from({ length: 8 }, () => get(list));
  const another = get('/v1.41/images/json');
  await waitFor(() => held.length === 2, { what: 'another list to be asked for beside it' });
  t.equal(held[1]!.url, '/v1.41/images/json');
  held[0]!.res.end('first');
  t.match(await first, { status: 200, text: 'first' });
  await waitFor(() => held.length === 3, { what: 'the second to be asked' });
  held[2]!.res.end('second');
  held[1]!.res.end('images');
  t.strictSame((await Promise.all(others)).map(({ text }) => text), Array(8).fill('second'));
  t.match(await another, { text: 'images' });
  t.equal(held.length, 3, 'the engine was asked once for eight');
});

t.test('what is asked of one thing goes to the engine each time', async (t) => {
  let asked = 0;
  const engine = await standInEngine(t, (_req, res) => void res.end(String((asked += 1))));
  const { get } = await gateBefore(t, engine);
  const answers = await Promise.all(Array.from({ length: 5 }, () => get('/v1.41/containers/abc/json')));
  t.equal(asked, 5);
  t.equal(new Set(answers.map(({ text }) => text)).size, 5);
});

t.test('what the engine does not answer is refused, and counted', async (t) => {
  const { get, gate } = await gateBefore(t, '/nowhere/docker.sock');
  for (const path of [list, '/v1.41/containers/abc/json']) t.match(await get(path), { status: 503, text: /cannot reach the Docker engine: .*ENOENT/ }, path);
  t.equal(gate.unanswered, 2);
});

t.test('an answer that breaks off breaks off, and is counted', async (t) => {
  const engine = await standInEngine(t, (_req, res) => {
    res.writeHead(200, { 'content-length': 100 }).write('half');
    setImmediate(() => res.destroy());
  });
  const { get, gate } = await gateBefore(t, engine);
  await t.rejects(get('/v1.41/containers/abc/json'));
  t.equal(gate.unanswered, 1);
  t.match(await get(list), { status: 503 }, 'a list is all there or not at all');
  t.equal(gate.unanswered, 2);
});

t.test('a client that does not wait for answers is refused', async (t) => {
  const asked: string[] = [];
  const engine = await standInEngine(t, (req, res) => void res.end(asked.push(req.url!)));
  const { socket } = await gateBefore(t, engine);
  const connection = connect(socket);
  connection.end('GET /a HTTP/1.1\r\n\r\nDELETE /containers/abc HTTP/1.1\r\n\r\n');
  let said = '';
  for await (const piece of connection) said += String(piece);
  t.match(said, /^HTTP\/1.1 503 .*one request after the other/s);
  t.strictSame(asked, []);
});

t.test('a connection that nobody uses any more is closed, and so is its own to the engine; one that waits is not', async (t) => {
  const open = new Set<Socket>();
  const held: ServerResponse[] = [];
  const engine = await standInEngine(t, (req, res) => void (req.url === '/slow' ? held.push(res) : res.end('ok')), (connection) => {
    open.add(connection);
    connection.once('close', () => open.delete(connection));
  });
  const { get } = await gateBefore(t, engine);
  const slow = get('/slow');
  t.match(await get('/quick'), { text: 'ok' });
  t.equal(open.size, 2);
  await waitFor(() => open.size === 1, { what: 'the idle one to be closed' });
  held[0]!.end('late');
  t.match(await slow, { text: 'late' });
});
