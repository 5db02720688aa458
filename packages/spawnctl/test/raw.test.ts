import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { getRaw } from '../src/commands/raw.js';
import { openSession } from '../src/session.js';

await t.test('the token goes to no other server than the one that is meant', async (t) => {
  const asked: string[] = [];
  const elsewhere = createServer(({ url }, answer) => {
    asked.push(url!);
    answer.end();
  });
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  t.teardown(() => elsewhere.close());
  const host = `127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  const session = openSession({ server: 'http://localhost:1', token: 'secret' });
  for (const path of [`//${host}/apis`, `/\\${host}/apis`, `/\t/${host}/apis`, '//', `http://${host}/`]) await t.rejects(getRaw(session, path), { exit: 2, message: /--raw takes a path/ }, path);
  t.strictSame(asked, []);
  const own = openSession({ server: `http://${host}`, token: 'secret' });
  await getRaw(own, '/apis?a=//b');
  t.strictSame(asked, ['/apis?a=//b']);
  await Promise.all([session.client.close(), own.client.close()]);
});
