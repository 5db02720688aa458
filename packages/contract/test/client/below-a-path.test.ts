import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { Client } from '../../src/index.js';

t.test('a server whose address has a path is asked below it', async (t) => {
  const asked: string[] = [];
  const standIn = createServer(({ url }, answer) => {
    asked.push(url!);
    answer.setHeader('content-type', 'application/json').end('{"items":[],"metadata":{}}');
  }).listen(0, '127.0.0.1');
  await once(standIn, 'listening');
  t.teardown(() => standIn.close().closeAllConnections());
  const base = `http://127.0.0.1:${(standIn.address() as AddressInfo).port}`;
  for (const server of [base, `${base}/`, `${base}/team/spawnit`, `${base}/team/spawnit/`]) {
    const client = new Client({ server });
    await client.services.list({ namespace: 'default', limit: 1 });
    await client.close();
  }
  const path = '/apis/spawnit.dev/v1/namespaces/default/services?limit=1';
  t.strictSame(asked, [path, path, `/team/spawnit${path}`, `/team/spawnit${path}`]);
});
