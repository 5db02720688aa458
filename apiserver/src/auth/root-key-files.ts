import { readIfThere } from '@spawnit/controller';
import { randomBytes } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readRootKey, writeOnce } from './key-files.js';
import { keysFrom, type Keys } from './keys.js';
import { RootKeys } from './root-keys.js';

/**
 * `keys/root.key` is the root key; `root.key.next` the one that takes its place, copied to every server by people, for it
 * must never get into the bucket; `root.key.previous` the one before, while its tokens are good.
 */
export async function readRootKeys(dataDir: string): Promise<RootKeys> {
  const keys = new RootKeys(keysFrom(await readRootKey(dataDir)));
  await lookForOthers(dataDir, keys);
  return keys;
}

/** Learns what has been put beside the root key since. */
export async function lookForOthers(dataDir: string, keys: RootKeys): Promise<void> {
  for (const which of ['next', 'previous'] as const) {
    const found = await read(dataDir, which);
    if (found) keys.learn(found);
  }
}

/** The root key that is to come; made here if there is none. */
export async function nextRootKey(dataDir: string, keys: RootKeys): Promise<{ next: Keys; file: string }> {
  const file = fileOf(dataDir, 'next');
  await writeOnce(file, `${randomBytes(32).toString('hex')}\n`);
  const next = await read(dataDir, 'next');
  if (next === undefined) throw new Error(`${file} is not a root key (64 hexadecimal digits): remove it, or put the right one there`);
  keys.learn(next);
  return { next, file };
}

/**
 * Gives the files the names that fit what is in force; done again after a crash in between. The old key is copied before it
 * is replaced, and thrown away once its tokens are no longer good. Throws when the key in force is not on this server.
 */
export async function settleFiles(dataDir: string, keys: RootKeys, inForce: string): Promise<void> {
  const own = keysFrom(await readRootKey(dataDir)).fingerprint;
  if (own !== inForce) {
    if ((await read(dataDir, 'next'))?.fingerprint !== inForce) throw new Error(`the root key was changed to one (fingerprint ${inForce}) that is not in ${join(dataDir, 'keys')}: copy keys/root.key of another server of this cluster there, then start again`);
    const draft = `${fileOf(dataDir, 'previous')}.${process.pid}`;
    await copyFile(join(dataDir, 'keys', 'root.key'), draft);
    await rename(draft, fileOf(dataDir, 'previous'));
    await rename(fileOf(dataDir, 'next'), join(dataDir, 'keys', 'root.key'));
  }
  if (keys.former === undefined) await rm(fileOf(dataDir, 'previous'), { force: true });
}

/** Undefined when there is none. Throws when that can't be told: one that is not known any more is thrown away. */
async function read(dataDir: string, which: 'next' | 'previous'): Promise<Keys | undefined> {
  const text = String((await readIfThere(fileOf(dataDir, which))) ?? '').trim();
  return /^[0-9a-f]{64}$/.test(text) ? keysFrom(Buffer.from(text, 'hex')) : undefined;
}

function fileOf(dataDir: string, which: 'next' | 'previous'): string {
  return join(dataDir, 'keys', `root.key.${which}`);
}
