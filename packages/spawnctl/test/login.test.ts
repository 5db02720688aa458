import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { parse } from 'yaml';
import { login } from '../src/commands/login.js';

await t.test('a kubeconfig with nothing in it is logged in to as one that is not there', async (t) => {
  const standIn = createServer((_request, answer) => void answer.writeHead(200, { 'content-type': 'application/json' }).end('{"apiVersion":"v1","kind":"NamespaceList","metadata":{},"items":[]}'));
  standIn.listen(0, '127.0.0.1');
  await once(standIn, 'listening');
  t.teardown(() => standIn.close());
  const server = `http://127.0.0.1:${(standIn.address() as AddressInfo).port}`;
  const dir = tempDir(t);
  for (const [name, content] of [['none', undefined], ['empty', ''], ['remarks', '# mine\n'], ['null', '---\n']] as const) {
    const kubeconfig = join(dir, name);
    if (content !== undefined) writeFileSync(kubeconfig, content);
    await login({ server, token: 'secret', kubeconfig }, { name: 'star' });
    const written = readFileSync(kubeconfig, 'utf8');
    t.match(parse(written), { apiVersion: 'v1', kind: 'Config', 'current-context': 'star', clusters: [{ name: 'star', cluster: { server } }], users: [{ user: { token: 'secret' } }] }, name);
    if (name === 'remarks') t.match(written, /^# mine$/m);
  }
});
