import type { ApiError, Identity } from '@spawnit/contract';
import { tempDir } from '@spawnit/testkit';
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readKeys, writeTokenFiles } from '../../src/auth/key-files.js';
import { keysFrom } from '../../src/auth/keys.js';
import { Tokens } from '../../src/auth/tokens.js';

const nodeUids = new Map([['n1', 'uid-1']]);
let now = '2026-01-01T00:00:00Z';
const root = randomBytes(32);
const tokensOf = (key: Buffer) => new Tokens({ keys: keysFrom(key), now: () => now, nodeUid: (name) => nodeUids.get(name) });
const tokens = tokensOf(root);
const admin: Identity = { role: 'admin', name: 'ann' };
const refused = { code: 'Unauthorized' } as unknown as ApiError;

t.test('a token says who it was made for, on every server of the same root key', async (t) => {
  t.strictSame(await tokensOf(root).authenticate(`Bearer ${tokens.mint(admin)}`), admin);
});

t.test('nothing else is believed', async (t) => {
  const [claims, mac] = tokens.mint({ role: 'scheduler', name: 's' }).slice('spawnit.v1.'.length).split('.') as [string, string];
  const forgedClaims = Buffer.from(JSON.stringify({ id: admin, iat: 0 })).toString('base64url');
  const bad: [string, string | undefined][] = [
    ['no header', undefined],
    ['an empty one', ''],
    ['another scheme', 'Digest abc'],
    ['claims that were changed', `Bearer spawnit.v1.${forgedClaims}.${mac}`],
    ['no proof', `Bearer spawnit.v1.${claims}.`],
    ['half a proof', `Bearer spawnit.v1.${claims}.${mac.slice(0, 20)}`],
    ['more parts', `Bearer spawnit.v1.${claims}.${mac}.x`],
    ['another prefix', `Bearer spawnit.v2.${claims}.${mac}`],
    ['another root key', `Bearer ${tokensOf(randomBytes(32)).mint(admin)}`],
    ['a huge token', `Bearer spawnit.v1.${'a'.repeat(10_000)}.${mac}`],
    ['a person’s token as a password', `Basic ${Buffer.from(`x:${tokens.mint(admin)}`).toString('base64')}`],
  ];
  for (const [what, header] of bad) await t.rejects(tokens.authenticate(header), refused, what);
});

t.test('a token has one spelling: none that differs in a character is believed, even where it decodes to the same proof', async (t) => {
  const token = tokens.mint(admin);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=';
  for (const last of alphabet)
    if (!token.endsWith(last)) await t.rejects(tokens.authenticate(`Bearer ${token.slice(0, -1)}${last}`), refused, last);
  for (const more of ['=', 'A', '\u00a0']) await t.rejects(tokens.authenticate(`Bearer ${token}${more}`), refused, `with ${JSON.stringify(more)}`);
});

t.test('a token ends when its time is over', async (t) => {
  const token = tokens.mint(admin, 60);
  t.strictSame(await tokens.authenticate(`Bearer ${token}`), admin);
  now = '2026-01-01T00:01:00Z';
  await t.rejects(tokens.authenticate(`Bearer ${token}`), { code: 'Unauthorized', message: /expired/ } as unknown as ApiError);
});

t.test('a session ends with the token that it was made from, or before it', async (t) => {
  now = '2026-01-01T00:00:00Z';
  const made = async (from: string, id: string, seconds: number) => `Bearer ${await tokens.mintSession(`Bearer ${from}`, { id, seconds })}`;
  const [short, long] = [await made(tokens.mint(admin, 60), 'short', 3_600), await made(tokens.mint(admin), 'long', 3_600)];
  t.strictSame(await tokens.authenticate(short), admin);
  t.strictSame(tokens.sessionOf(short), { id: 'short', since: Date.parse(now) / 1000 });
  t.equal(tokens.sessionOf(`Bearer ${tokens.mint(admin)}`), undefined, 'another token is of none');
  const leaving = new Tokens({ keys: keysFrom(root), now: () => now, nodeUid: () => undefined, isEnded: ({ id }) => id === 'short' });
  await t.rejects(leaving.authenticate(short), { code: 'Unauthorized', message: /signed out/ } as unknown as ApiError);
  await t.rejects(leaving.mintSession(short, { id: 'next', seconds: 60 }), refused, 'nor is another made of it');
  t.equal(leaving.sessionOf(short), undefined);
  t.strictSame(await leaving.authenticate(long), admin);
  now = '2026-01-01T00:01:00Z';
  await t.rejects(tokens.authenticate(short), refused);
  await tokens.authenticate(long);
  now = '2026-01-01T01:00:00Z';
  await t.rejects(tokens.authenticate(long), refused);
});

t.test('a node’s token ends with the node that it was made for', async (t) => {
  const token = `Bearer ${tokens.mint({ role: 'node', name: 'n1', nodeUid: 'uid-1' })}`;
  await tokens.authenticate(token);
  nodeUids.set('n1', 'uid-2');
  await t.rejects(tokens.authenticate(token), refused, 'another node of that name');
  nodeUids.delete('n1');
  await t.rejects(tokens.authenticate(token), refused, 'no node of that name');
});

t.test('a run sends its token as a password, as tofu does', async (t) => {
  const run: Identity = { role: 'run', name: 'j', node: 'n', namespace: 'default', service: 's', serviceUid: 'u', epoch: 3, job: 'j', write: true };
  t.strictSame(await tokens.authenticate(`Basic ${Buffer.from(`j:${tokens.mint(run)}`).toString('base64')}`), run);
});

t.test('keys and tokens are made once, for nobody else to read', async (t) => {
  const dir = tempDir(t);
  const keys = await readKeys(dir);
  const mint = new Tokens({ keys, now: () => now, nodeUid: () => undefined });
  const read = (name: string) => readFileSync(join(dir, name), 'utf8');
  await writeTokenFiles(dir, mint, { url: 'http://127.0.0.1:1', cert: 'PEM' });
  const before = read('tokens/admin');
  now = '2026-02-01T00:00:00Z';
  await writeTokenFiles(dir, mint, { url: 'http://127.0.0.1:2', cert: 'PEM' });
  t.equal(read('tokens/admin'), before, 'a token in use stays');
  t.match(read('kubeconfig'), 'https://127.0.0.1:2', 'the address is the newest');
  t.equal((await readKeys(dir)).fingerprint, keys.fingerprint);
  for (const name of ['keys/root.key', 'tokens/admin', 'tokens/join', 'tokens/scheduler', 'kubeconfig']) t.equal(statSync(join(dir, name)).mode & 0o777, 0o600, name);
});

t.test('a node that joined at another server is looked for before it is refused, for upon a refusal it gives up its work', async (t) => {
  const known = new Map<string, string>();
  const refresh = async () => known.set('n9', 'uid-9');
  const server = new Tokens({ keys: keysFrom(root), now: () => now, nodeUid: (name) => known.get(name), refresh });
  const joined: Identity = { role: 'node', name: 'n9', nodeUid: 'uid-9' };
  t.strictSame(await server.authenticate(`Bearer ${tokens.mint(joined)}`), joined);
  await t.rejects(server.authenticate(`Bearer ${tokens.mint({ ...joined, nodeUid: 'uid-8' })}`), refused);
});

t.test('a token that was believed is not once its root key has been given up', async (t) => {
  const surroundings = { keys: keysFrom(root), now: () => now, nodeUid: () => undefined };
  const server = new Tokens(surroundings);
  const header = `Bearer ${server.mint(admin)}`;
  for (let times = 0; times < 2; times++) t.strictSame(await server.authenticate(header), admin);
  surroundings.keys = { ...keysFrom(randomBytes(32)), former: surroundings.keys } as typeof surroundings.keys;
  t.strictSame(await server.authenticate(header), admin, 'the former key counts');
  surroundings.keys = keysFrom(randomBytes(32));
  await t.rejects(server.authenticate(header), refused);
});
