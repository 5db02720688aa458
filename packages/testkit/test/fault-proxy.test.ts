import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { faultProxy, waitFor } from '@spawnit/testkit';

/** An echo server behind a proxy, and a client with one answer already had. */
async function setUp(t: Test) {
  let received = '';
  const server = createServer((socket) => {
    socket.on('data', (data) => (received += data)).pipe(socket);
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const proxy = await faultProxy({ target: `http://127.0.0.1:${port}`, t });
  const client = talk(t, proxy.port);
  await client.hears('hello');
  return { proxy, client, received: () => received };
}

function talk(t: Test, port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  let heard = '';
  let error = '';
  socket.on('data', (data) => (heard += data)).on('error', (e: NodeJS.ErrnoException) => (error = e.code ?? ''));
  t.teardown(() => socket.destroy());
  const hears = async (text: string) => {
    socket.write(text);
    await waitFor(() => heard.endsWith(text), { what: `the echo of ${text}` });
  };
  return { socket, hears, heard: () => heard, error: () => error };
}

t.test('passes everything on while there is no fault', async (t) => {
  const { proxy, client } = await setUp(t);
  await client.hears('more'.repeat(100_000));
  t.equal(proxy.connections(), 1);
  client.socket.end();
  await waitFor(() => proxy.connections() === 0, { what: 'the connection to be gone' });
});

t.test('cut ends open connections and refuses new ones until healed', async (t) => {
  const { proxy, client } = await setUp(t);
  proxy.cut();
  await waitFor(() => client.socket.destroyed, { what: 'the client to see the end' });
  t.equal(client.error(), '', 'it was a proper end');
  const late = talk(t, proxy.port);
  await waitFor(() => late.socket.destroyed, { what: 'a new client to be turned away' });
  proxy.heal();
  await talk(t, proxy.port).hears('again');
});

t.test('cut once hits only what is open', async (t) => {
  const { proxy, client } = await setUp(t);
  proxy.cut({ once: true });
  await waitFor(() => client.socket.destroyed, { what: 'the client to see the end' });
  await talk(t, proxy.port).hears('again');
});

t.test('reset is seen as ECONNRESET', async (t) => {
  const { proxy, client } = await setUp(t);
  proxy.reset({ once: true });
  await waitFor(() => client.socket.destroyed, { what: 'the client to see the reset' });
  t.equal(client.error(), 'ECONNRESET');
});

t.test('a black hole passes nothing on and closes nothing; healed, it comes late', async (t) => {
  const { proxy, client, received } = await setUp(t);
  proxy.blackHole();
  client.socket.write('lost');
  const beside = await faultProxy({ target: proxy.endpoint, t });
  const other = talk(t, beside.port);
  other.socket.write('also');
  await waitFor(() => proxy.connections() === 2, { what: 'a new connection to be taken' });
  t.equal(received(), 'hello');
  t.notOk(client.socket.destroyed);
  proxy.heal();
  await waitFor(() => client.heard() === 'hellolost', { what: 'the late echo' });
});

t.test('lost replies: the request arrives, the answer does not', async (t) => {
  const { proxy, client, received } = await setUp(t);
  proxy.loseReplies();
  client.socket.write('write');
  await waitFor(() => received() === 'hellowrite', { what: 'the request to arrive' });
  t.equal(client.heard(), 'hello');
});

t.test('a slow line keeps the order', async (t) => {
  const { proxy, client } = await setUp(t);
  proxy.slow(5);
  for (const word of ['one ', 'two ', 'three']) client.socket.write(word);
  await waitFor(() => client.heard() === 'helloone two three', { what: 'the slow echo' });
});
