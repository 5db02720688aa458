import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { Dirent } from 'node:fs';
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { errorText } from '@spawnit/contract';
import { assertKey, compareUtf8, InvalidKey, StoreUnavailable } from './object-store.js';
import type { ListPage, ObjectStore, PutResult } from './object-store.js';

/** A half-written file that is older than this belongs to a process that died. */
const staleMs = 3_600_000;

/** Keeps objects as files under `dir`, shared safely by several processes of one machine. */
export async function openFileStore(dir: string): Promise<FileStore> {
  const root = path.resolve(dir);
  try {
    await mkdir(path.join(root, 'objects'), { recursive: true, mode: 0o700 });
    await mkdir(path.join(root, 'unfinished'), { recursive: true, mode: 0o700 });
    await removeStale(path.join(root, 'unfinished'));
  } catch (cause) {
    throw unavailable(`can't use ${root} as a store: make it a folder that this user may write`, cause, false);
  }
  return new FileStore(root);
}

class FileStore implements ObjectStore {
  readonly name: string;
  readonly #objects: string;
  readonly #unfinished: string;

  /** Use `openFileStore`, which makes the folders. */
  constructor(root: string) {
    this.name = `files in ${root}`;
    this.#objects = path.join(root, 'objects');
    this.#unfinished = path.join(root, 'unfinished');
  }

  async get(key: string): Promise<Buffer | undefined> {
    const file = this.#file(key);
    try {
      return await readFile(file);
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
      throw unavailable(`reading ${file} failed`, error, false);
    }
  }

  /** Written whole and synced under another name, then linked: readers never see a part of it. */
  async putIfAbsent(key: string, body: Buffer): Promise<PutResult> {
    const file = this.#file(key);
    const draft = path.join(this.#unfinished, `${process.pid}-${randomBytes(8).toString('hex')}`);
    try {
      await writeSynced(draft, body);
      return await this.#publish(draft, file, key);
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof InvalidKey) throw error;
      throw unavailable(`writing ${file} failed`, error, false);
    } finally {
      await unlink(draft).catch(() => undefined);
    }
  }

  async list(prefix: string, { after = '', limit = Infinity }: ListPage = {}): Promise<string[]> {
    const found: string[] = [];
    if (limit <= 0) return found;
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (folder !== '') assertKey(folder.slice(0, -1));
    try {
      for await (const key of this.#walk(folder, prefix, after)) {
        found.push(key);
        if (found.length >= limit) break;
      }
    } catch (error) {
      throw unavailable(`listing ${prefix} in ${this.#objects} failed`, error, false);
    }
    return found;
  }

  async delete(key: string): Promise<void> {
    const file = this.#file(key);
    try {
      await unlink(file);
      await syncFolder(path.dirname(file));
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return;
      throw unavailable(`removing ${file} failed`, error, false);
    }
  }

  async close(): Promise<void> {}

  /** Keys are file names as they stand: `assertKey` has refused all that could leave the folder. */
  #file(key: string): string {
    assertKey(key);
    return path.join(this.#objects, key);
  }

  async #publish(draft: string, file: string, key: string): Promise<PutResult> {
    try {
      await this.#link(draft, file);
    } catch (error) {
      if (isCode(error, 'ENOTDIR')) throw new InvalidKey(key, 'lies under a key that is itself an object');
      if (!isCode(error, 'EEXIST')) throw error;
      if ((await stat(file)).isDirectory()) throw new InvalidKey(key, 'is a folder of other keys');
      return 'exists';
    }
    await syncFolder(path.dirname(file)).catch((error: unknown) => {
      throw unavailable(`syncing the folder of ${file} failed`, error, true);
    });
    return 'created';
  }

  async #link(draft: string, file: string): Promise<void> {
    try {
      await link(draft, file);
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
      await this.#makeFolder(path.dirname(file));
      await link(draft, file);
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Another process may have made them a moment ago and not synced them: sync each up to the root.
    for (let at = folder; at !== this.#objects; at = path.dirname(at)) await syncFolder(path.dirname(at));
  }

  async *#walk(folder: string, prefix: string, after: string): AsyncGenerator<string> {
    for (const entry of await entriesInOrder(path.join(this.#objects, folder))) {
      const key = folder + entry.name;
      if (!entry.isDirectory()) {
        if (key.startsWith(prefix) && compareUtf8(key, after) > 0) yield key;
      } else if (mayHold(`${key}/`, prefix, after)) {
        yield* this.#walk(`${key}/`, prefix, after);
      }
    }
  }
}

/** Whether keys under this folder can start with the prefix and come after that key. */
function mayHold(folder: string, prefix: string, after: string): boolean {
  if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) return false;
  return after.startsWith(folder) || compareUtf8(folder, after) > 0;
}

/** A folder sorts as its name with a slash, since that is how the keys in it go on. */
async function entriesInOrder(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const rank = (entry: Dirent) => (entry.isDirectory() ? `${entry.name}/` : entry.name);
    return entries.sort((a, b) => compareUtf8(rank(a), rank(b)));
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

async function writeSynced(file: string, body: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(body);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new name survives a power cut only once its folder is synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleMs) await unlink(file).catch(() => undefined);
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

function unavailable(what: string, cause: unknown, ambiguous: boolean): StoreUnavailable {
  return new StoreUnavailable(`${what}: ${errorText(cause)}`, { ambiguous, cause });
}
