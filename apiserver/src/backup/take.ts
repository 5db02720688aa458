import type { Log } from '../store/log/options.js';
import { commitKey, decodeCommit, logPrefix, sha256 } from '../store/log/commit.js';
import { RegistryDamaged } from '../store/log/errors.js';
import type { Registry } from '../store/log/registry.js';
import { decodeSnapshot, snapshotPrefix } from '../store/log/snapshot.js';
import type { ObjectStore } from '../store/object-store.js';
import { checkChain } from './chain.js';
import { BackupRefused } from './errors.js';
import type { Entry, Manifest } from './manifest.js';
import { inParallel } from './parallel.js';
import { namedBy, sourceOf, type Source } from './source.js';
import type { Vault } from './vault.js';

export interface Progress {
  done: number;
  total: number;
  bytes: number;
}

export interface Taking {
  registry: Registry;
  objects: ObjectStore;
  vault: Vault;
  log: Log;
  keyFingerprint: string;
  /** So many backups are kept. */
  keep: number;
  now: () => string;
  onProgress: (progress: Progress) => void;
  signal: AbortSignal;
}

/** Something was erased while it was being copied, which is no harm once more. */
class Vanished extends Error {}

const tries = 5;

/**
 * Copies what the last backup does not hold yet, and then names all of it in a manifest. Killed at any line it leaves no
 * backup, and the next one finds what was copied. Throws RegistryDamaged when the store itself can't be trusted.
 */
export async function takeBackup(taking: Taking): Promise<Manifest> {
  for (let left = tries; ; left--) {
    try {
      return await takeOnce(taking);
    } catch (error) {
      if (!(error instanceof Vanished) || left === 1) throw error;
    }
  }
}

async function takeOnce(taking: Taking): Promise<Manifest> {
  const { vault, registry, objects } = taking;
  const numbers = await vault.numbers();
  const run = (numbers.at(-1) ?? 0) + 1;
  const parent = await parentOf(taking, numbers.filter((number) => number > run - taking.keep));
  const source = await sourceOf(registry, objects);
  const { entries, copied, links } = await copy(taking, source, run, parent?.entries ?? new Map());
  checkChain(entries, source.head, links);
  await checkNamed(taking, source, entries);
  const list = [...entries.values()];
  const about = { v: 1 as const, cluster: vault.cluster, keyFingerprint: taking.keyFingerprint, sequence: source.head.seq, head: source.head.hash, run, objects: list.length, bytes: list.reduce((sum, { size }) => sum + size, 0), copied };
  const hash = await vault.putEntries(run, list);
  for (let number = run; number - taking.keep < Math.min(run, parent?.manifest.number ?? run); number++) {
    const manifest: Manifest = { ...about, number, time: taking.now(), entries: hash };
    if (await vault.claim(manifest)) return manifest;
  }
  // What this one rests on may have been retired by those that came in between.
  throw new BackupRefused('so many other backups were made meanwhile that this one was given up');
}

/** The newest of these backups that is of this very log: what it holds under a key is what stands there. */
async function parentOf({ vault, objects, log }: Taking, numbers: number[]): Promise<{ manifest: Manifest; entries: Map<string, Entry> } | undefined> {
  for (const number of numbers.toReversed()) {
    try {
      const manifest = await vault.manifest(number);
      const commit = await objects.get(commitKey(manifest.sequence));
      if (!commit || sha256(commit) !== manifest.head) continue;
      const entries = await vault.entries(manifest);
      return { manifest, entries: new Map(entries.map((entry) => [entry.key, entry])) };
    } catch (error) {
      log.warn({ err: error, backup: number }, 'a backup can not be built upon: all of it is copied again');
    }
  }
  return undefined;
}

async function copy(taking: Taking, { keys }: Source, run: number, known: ReadonlyMap<string, Entry>): Promise<{ entries: Map<string, Entry>; copied: number; links: Map<string, string> }> {
  const { vault, objects, signal, onProgress } = taking;
  const entries = new Map(keys.flatMap((key) => (known.has(key) ? [[key, known.get(key)!]] : [])));
  const links = new Map<string, string>();
  const there = await vault.copied(run);
  const fresh = keys.filter((key) => !known.has(key));
  let bytes = 0;
  let done = 0;
  await inParallel(fresh, async (key) => {
    signal.throwIfAborted();
    const body = await objects.get(key);
    const hash = body && sha256(body);
    if (body && key.startsWith(logPrefix)) links.set(key, decodeCommit(key, body).header.prev);
    if (body && hash && isWhole(taking, key, body)) {
      if (!there.has(hash)) await vault.put(run, body);
      entries.set(key, { key, run, sha256: hash, size: body.length });
      bytes += body.length;
    } else if (!body && key.startsWith(logPrefix)) throw new Vanished(`${key} was trimmed meanwhile`);
    onProgress({ done: ++done, total: fresh.length, bytes });
  });
  return { entries: new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1))), copied: fresh.length, links };
}

/** A torn snapshot is none: the log has it all. */
function isWhole({ log }: Taking, key: string, body: Buffer): boolean {
  if (!key.startsWith(snapshotPrefix) || decodeSnapshot(key, body)) return true;
  log.warn({ key }, 'a torn snapshot is left out of the backup');
  return false;
}

/** What is named and not there is damage, unless it is not named any more. */
async function checkNamed({ registry }: Taking, { named, head }: Source, entries: ReadonlyMap<string, Entry>): Promise<void> {
  const missing = named.filter((key) => !entries.has(key));
  if (missing.length === 0) return;
  await registry.sync();
  const still = new Set(namedBy(registry));
  const lost = missing.find((key) => still.has(key));
  if (lost !== undefined) throw new RegistryDamaged(lost, `is named by the records at sequence ${head.seq} and not in the store`);
  throw new Vanished(`${missing[0]} was erased meanwhile`);
}

