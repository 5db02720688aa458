import { Client, type Service } from '@spawnit/contract';
import { tempDir, waitFor } from '@spawnit/testkit';
import { copyFileSync, cpSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { HandAgent, running, startPlane, type Plane } from '../agent/plane.js';
import { noteCatalogue } from '../agent/catalogue.js';

const keyFile = (dataDir: string, which = '') => join(dataDir, 'keys', `root.key${which}`);
const tokenOf = (dataDir: string, name = 'admin') => readFileSync(join(dataDir, 'tokens', name), 'utf8').trim();

function clientWith(t: Test, plane: Plane, token: string): Client {
  const client = new Client({ server: plane.url, token });
  t.teardown(() => client.close());
  return client;
}

/** Two servers on one store, with one root key. */
async function pair(t: Test): Promise<{ planes: [Plane, Plane]; dirs: [string, string]; start(at: 0 | 1): Promise<Plane> }> {
  const dirs: [string, string] = [tempDir(t), tempDir(t)];
  const over = { store: { driver: 'files' as const, dir: join(dirs[0], 'store') }, catalogueDir: noteCatalogue(t) };
  const start = (at: 0 | 1) => startPlane(t, { ...over, dataDir: dirs[at] });
  const first = await start(0);
  cpSync(join(dirs[0], 'keys'), join(dirs[1], 'keys'), { recursive: true });
  return { planes: [first, await start(1)], dirs, start };
}

t.test('another root key comes into force on all servers at one commit; tokens of the one before are good until it is retired', { timeout: 600_000 }, async (t) => {
  const { planes: [one, two], dirs } = await pair(t); // prettier-ignore
  const admin = one.as('admin');
  await admin.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'svc', namespace: 'default' }, spec: { template: 'note', parameters: { token: 'secret' } } } as unknown as Service);
  const agent = await HandAgent.join(t, one, 'n1');
  const before = { fingerprint: (await admin.keys()).root, token: tokenOf(dirs[0]) };
  await t.rejects(admin.rotateRoot(), { code: 'Conflict', message: /copy .*root\.key\.next .* into the keys folder/ });
  t.equal((await admin.keys()).root, before.fingerprint, 'nothing changes while a server has not the next key');
  copyFileSync(keyFile(dirs[0], '.next'), keyFile(dirs[1], '.next'));
  const done = await waitFor(() => admin.rotateRoot().catch(() => undefined), { what: 'the other server to have seen the next key' });
  t.equal(done.was, before.fingerprint);
  for (const [plane, dir] of [[one, dirs[0]], [two, dirs[1]]] as const) {
    t.equal((await clientWith(t, plane, before.token).keys()).root, done.fingerprint, 'a token of before is good, and the key is in force');
    await waitFor(() => tokenOf(dir) !== before.token && !existsSync(keyFile(dir, '.next')), { what: 'the files to be in step' });
    t.equal((await clientWith(t, plane, tokenOf(dir)).keys()).root, done.fingerprint);
  }
  t.equal(readFileSync(keyFile(dirs[0]), 'utf8'), readFileSync(keyFile(dirs[1]), 'utf8'));
  const { token = '' } = (await agent.beat()) as { token?: string };
  t.ok(token, 'a node gets a new token with its heartbeat');
  const renewed = await HandAgent.with(t, two, 'n1', token);
  t.notOk('token' in (await renewed.beat()), 'once');
  t.equal((await running(two, renewed, 'svc')).claim.inputs.secret['token'], 'secret', 'what was sealed opens');
  await clientWith(t, one, tokenOf(dirs[0])).rotateKey();
  await clientWith(t, one, tokenOf(dirs[0])).retireRoot();
  for (const [plane, dir] of [[one, dirs[0]], [two, dirs[1]]] as const) {
    await waitFor(() => !existsSync(keyFile(dir, '.previous')), { what: 'the key before to be thrown away' });
    await t.rejects(clientWith(t, plane, before.token).keys(), { code: 'Unauthorized' });
  }
  await renewed.beat();
});

t.test('a server that was killed before its files had their names puts them right; one that was away and has not the key says which it needs', { timeout: 600_000 }, async (t) => {
  const { planes: [one, two], dirs, start } = await pair(t); // prettier-ignore
  await two.stop();
  const admin = one.as('admin');
  const { fingerprint } = await waitFor(() => admin.rotateRoot().catch(() => undefined), { what: 'the server that is gone to count no more' });
  await waitFor(() => !existsSync(keyFile(dirs[0], '.next')), { what: 'the files to be in step' });
  await t.rejects(start(1), { message: /another root key/ });
  copyFileSync(keyFile(dirs[0]), keyFile(dirs[1], '.next'));
  t.equal((await clientWith(t, await start(1), tokenOf(dirs[1])).keys()).root, fingerprint, 'it takes the next key over at its start');
  await one.stop();
  renameSync(keyFile(dirs[0]), keyFile(dirs[0], '.next'));
  renameSync(keyFile(dirs[0], '.previous'), keyFile(dirs[0]));
  const again = await start(0);
  t.equal((await clientWith(t, again, tokenOf(dirs[0])).keys()).root, fingerprint);
  t.notOk(existsSync(keyFile(dirs[0], '.next')));
});
