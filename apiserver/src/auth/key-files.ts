import type { Identity } from '@spawnit/contract';
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Authenticator, TokenMint } from './authenticator.js';
import { keysFrom, type Keys } from './keys.js';

const rootKeyBytes = 32;

/** The keys of this data directory. Throws when the file is not a root key. */
export async function readKeys(dataDir: string): Promise<Keys> {
  return keysFrom(await readRootKey(dataDir));
}

/** The root key, which is made at the first start. */
export async function readRootKey(dataDir: string): Promise<Buffer> {
  const file = join(dataDir, 'keys', 'root.key');
  await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  await writeOnce(file, randomBytes(rootKeyBytes).toString('hex') + '\n');
  const text = (await readFile(file, 'utf8')).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${file} is not a root key (64 hexadecimal digits): restore it from a backup; without it states and secrets can't be read`);
  return Buffer.from(text, 'hex');
}

const components: Record<string, Identity> = {
  admin: { role: 'admin', name: 'admin' },
  reconciler: { role: 'reconciler', name: 'reconciler' },
  scheduler: { role: 'scheduler', name: 'scheduler' },
  'drift-controller': { role: 'drift-controller', name: 'drift-controller' },
  join: { role: 'joiner', name: 'join' },
};

/** A token file for each component, and a kubeconfig for people; tokens that are good stay, the server's address is kept up to date. */
export async function writeTokenFiles(dataDir: string, tokens: TokenMint & Authenticator, server: { url: string; cert: string }): Promise<void> {
  const dir = join(dataDir, 'tokens');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const [name, identity] of Object.entries(components)) {
    const file = join(dir, name);
    // One of another root key: the keys were replaced.
    if (!(await isGood(file, tokens))) await rm(file, { force: true });
    await writeOnce(file, `${tokens.mint(identity)}\n`);
  }
  const token = (await readFile(join(dir, 'admin'), 'utf8')).trim();
  await writeFile(join(dataDir, 'kubeconfig'), kubeconfig(server, token), { mode: 0o600 });
}

async function isGood(file: string, tokens: TokenMint & Authenticator): Promise<boolean> {
  const token = (await readFile(file, 'utf8').catch(() => '')).trim();
  const known = await tokens.authenticate(`Bearer ${token}`).then(() => true, () => false);
  return known && tokens.isCurrent(`Bearer ${token}`);
}

/** By https, for over plain http kubectl sends no token; the certificate is the one to trust. */
function kubeconfig({ url, cert }: { url: string; cert: string }, token: string): string {
  const cluster = { server: url.replace(/^http:/, 'https:'), 'certificate-authority-data': Buffer.from(cert).toString('base64') };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'spawnit', cluster }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'spawnit', context: { cluster: 'spawnit', user: 'admin', namespace: 'default' } }],
    'current-context': 'spawnit',
  });
}

/** Written whole under another name, then linked: of two first starts one wins, and a crash leaves no half file. */
export async function writeOnce(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}
