import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { Transport } from '../../src/client/transport.js';
import { Unreachable } from '../../src/client/unreachable.js';

t.test('an answer of which the rest never comes is given up, and waited for no longer than its head is', async (t) => {
  const server = createServer((_, reply) => void reply.writeHead(200, { 'content-type': 'application/json' }).write('{"half":')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = new Transport({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs: 500 });
  t.teardown(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  await t.rejects(transport.json({ path: '/list' }), Unreachable);
  await t.rejects(transport.text({ path: '/text' }), Unreachable);
});
