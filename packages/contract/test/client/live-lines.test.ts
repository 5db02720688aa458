import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { liveLines } from '../../src/client/live-lines.js';
import { Transport } from '../../src/client/transport.js';
import { Unreachable } from '../../src/client/unreachable.js';

const never = new AbortController().signal;

/** The client of a server that answers each request by `answer`. */
async function clientOf(t: Test, answer: (reply: ServerResponse) => void): Promise<Transport> {
  const server = createServer((_, reply) => answer(reply)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = new Transport({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  t.teardown(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  return transport;
}

async function read(lines: AsyncGenerator<unknown>, into: unknown[]): Promise<void> {
  for await (const line of lines) into.push(line);
}

t.test('lines come as they are sent, and the end of the stream is their end', async (t) => {
  const transport = await clientOf(t, (reply) => reply.end('{"n":1}\n{}\n{"n":2}\n'));
  const found: unknown[] = [];
  await read(liveLines(transport, '/lines', never), found);
  t.same(found, [{ n: 1 }, {}, { n: 2 }]);
});

t.test('a stream that falls silent is given up, after all that came', async (t) => {
  const transport = await clientOf(t, (reply) => reply.write('{"n":1}\n'));
  const found: unknown[] = [];
  await t.rejects(read(liveLines(transport, '/lines', never, 2_000), found), { name: 'AbortError' });
  t.same(found, [{ n: 1 }]);
});

t.test('so is a server that says nothing at all', async (t) => {
  const transport = await clientOf(t, () => undefined);
  await t.rejects(liveLines(transport, '/lines', never, 50).next(), { name: 'AbortError' });
});

t.test('keep-alive lines hold it open beyond that', async (t) => {
  const silenceMs = 2_000;
  const transport = await clientOf(t, (reply) => {
    let sent = 0;
    const timer = setInterval(() => {
      reply.write('{}\n');
      // Each comes well within the time, all together don't.
      if (++sent < 12) return;
      clearInterval(timer);
      reply.end();
    }, silenceMs / 8);
  });
  const found: unknown[] = [];
  await read(liveLines(transport, '/lines', never, silenceMs), found);
  t.equal(found.length, 12);
});

t.test('it ends with the signal, and a refusal or a broken connection is told as what it is', async (t) => {
  const stop = new AbortController();
  const silent = await clientOf(t, (reply) => reply.write('{}\n'));
  const lines = liveLines(silent, '/lines', stop.signal);
  await lines.next();
  stop.abort();
  await t.rejects(lines.next(), { name: 'AbortError' });
  const refusing = await clientOf(t, (reply) => reply.writeHead(403).end());
  await t.rejects(liveLines(refusing, '/lines', never).next(), { name: 'ApiError' });
  const breaking = await clientOf(t, (reply) => reply.write('{}\n', () => reply.destroy()));
  await t.rejects(read(liveLines(breaking, '/lines', never), []), Unreachable);
});
