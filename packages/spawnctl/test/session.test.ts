import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { openSession, type GlobalFlags } from '../src/session.js';

const file = join(tempDir(t), 'config');
const clusters = ['home', 'prod'].map((name) => `  - {name: ${name}, cluster: {server: "http://${name}:1"}}\n`).join('');
const users = ['home', 'prod'].map((name) => `  - {name: ${name}, user: {token: of-${name}}}\n`).join('');
const contexts = ['home', 'prod'].map((name) => `  - {name: ${name}, context: {cluster: ${name}, user: ${name}, namespace: in-${name}}}\n`).join('');
writeFileSync(file, `apiVersion: v1\nkind: Config\ncurrent-context: home\nclusters:\n${clusters}users:\n${users}contexts:\n${contexts}`);

const before = { ...process.env };
t.teardown(() => Object.assign(process.env, before));
Object.assign(process.env, { KUBECONFIG: file, SPAWNIT_SERVER: 'http://elsewhere:1', SPAWNIT_TOKEN: 'of-elsewhere' });

async function meant(flags: GlobalFlags): Promise<object> {
  const { client, server, namespace } = openSession(flags);
  await client.close();
  return { server, namespace, token: client.transport.options.token };
}

await t.test('a context or a kubeconfig that is named is the one that is meant, whatever the environment says', async (t) => {
  t.strictSame(await meant({}), { server: 'http://elsewhere:1', namespace: 'default', token: 'of-elsewhere' });
  t.strictSame(await meant({ context: 'prod' }), { server: 'http://prod:1', namespace: 'in-prod', token: 'of-prod' });
  t.strictSame(await meant({ kubeconfig: file }), { server: 'http://home:1', namespace: 'in-home', token: 'of-home' });
  t.throws(() => openSession({ context: 'prd' }), { message: `there is no context "prd" in ${file}; there are: home, prod` });
});

await t.test('server and token of the command line win over both', async (t) => {
  t.strictSame(await meant({ context: 'prod', token: 'mine' }), { server: 'http://prod:1', namespace: 'in-prod', token: 'mine' });
  t.strictSame(await meant({ context: 'prod', server: 'http://here:1' }), { server: 'http://here:1', namespace: 'in-prod', token: 'of-prod' });
  t.throws(() => openSession({ context: 'prd', server: 'http://here:1' }), { message: /there are: home, prod/ });
  t.strictSame(await meant({ server: 'http://here:1' }), { server: 'http://here:1', namespace: 'default', token: 'of-elsewhere' });
});

await t.test('a kubeconfig that says nothing, or is a folder, is told as what it is', async (t) => {
  const empty = join(tempDir(t), 'empty');
  writeFileSync(empty, '');
  t.throws(() => openSession({ kubeconfig: empty }), { exit: 2, message: `${empty} has no current context; it has none at all` } as unknown as Error);
  const folder = tempDir(t);
  t.throws(() => openSession({ kubeconfig: folder }), { exit: 2, message: `the kubeconfig ${folder} can't be read: it is a folder` } as unknown as Error);
});

await t.test('the line end of a token is none of it, and what can be no token is not sent', async (t) => {
  t.match(await meant({ token: 'mine\n' }), { token: 'mine' });
  for (const token of ['a\nb', 'a b', 'ä']) t.throws(() => openSession({ token }), { exit: 2, message: /^the token has spaces, line ends or letters/ } as unknown as Error);
});
