import type { Logger } from 'pino';
import type { Keys } from '../auth/keys.js';
import type { BackupConfig } from '../backup/backup-config.js';
import { openBackupStore } from '../backup/backups.js';
import { checkChain } from '../backup/chain.js';
import { BackupRefused } from '../backup/errors.js';
import type { Entry, Manifest } from '../backup/manifest.js';
import { inParallel } from '../backup/parallel.js';
import { BackupReader } from '../backup/reader.js';
import { transient } from '../backup/source.js';
import type { Vault } from '../backup/vault.js';
import { logPrefix, sha256 } from '../store/log/commit.js';
import { recordsAt } from '../store/log/point.js';
import { snapshotPrefix } from '../store/log/snapshot.js';
import type { ObjectStore } from '../store/object-store.js';
import type { View } from '../store/log/view.js';
import { chooseBackup } from './choose-backup.js';
import { fenceCommits } from './fence-commits.js';
import { cameBack } from './record.js';
import { beginUnfinished, readUnfinished, unfinishedKey, type Unfinished } from './unfinished.js';

export interface ComingBack {
  config: BackupConfig;
  objects: ObjectStore;
  keys: Keys;
  log: Pick<Logger, 'info'>;
  random: (bytes: number) => Buffer;
  now: () => string;
}

/**
 * Fills an empty store from a backup, before a server opens it: the objects, the log up to the backup, and a commit after
 * it that fences off whatever was given out since (fence.ts). Killed at any line, the next start with the same setting goes
 * on, and one without it refuses. Gives 'occupied' when there is something in the store already. Throws BackupRefused,
 * BackupDamaged: then nothing was written.
 */
export async function comeBack(work: ComingBack): Promise<'not asked' | 'occupied' | Manifest> {
  const { config, objects, log } = work;
  const unfinished = await readUnfinished(objects);
  if (config.restoreFrom === undefined) {
    if (unfinished) throw new BackupRefused(`${objects.name}: a restore of backup ${unfinished.number} was begun here and not finished. Start with SPAWNIT_RESTORE_FROM_BACKUP=${unfinished.number} to go on, or empty the store`);
    return 'not asked';
  }
  if (!unfinished && !(await isEmpty(objects))) return 'occupied';
  const store = await openBackupStore(config);
  try {
    const { vault, manifest } = await chooseBackup(store, work.keys, unfinished ?? config.restoreFrom);
    log.info({ backup: manifest.number, sequence: manifest.sequence, made: manifest.time, objects: manifest.objects, bytes: manifest.bytes }, 'restoring a backup into an empty store');
    if (!(await fill(work, vault, manifest, unfinished))) return 'occupied';
    log.info({ backup: manifest.number, sequence: manifest.sequence }, 'restored: what was declared after the backup was made is lost');
    return manifest;
  } finally {
    await store.close();
  }
}

/** A store that is not empty is left alone; it is no error only if a backup was what filled it. Throws BackupRefused. */
export function assertCameBack(view: View, objects: ObjectStore, log: Pick<Logger, 'info'>): void {
  const from = cameBack(view);
  if (!from) throw new BackupRefused(`${objects.name} is not empty: a backup is restored into an empty store only. Give an empty bucket or folder, or start without SPAWNIT_RESTORE_FROM_BACKUP`);
  log.info({ backup: from.backup, sequence: from.sequence }, 'this store was restored from a backup already: SPAWNIT_RESTORE_FROM_BACKUP can be taken away');
}

/** False when another server has done it meanwhile. */
async function fill(work: ComingBack, vault: Vault, manifest: Manifest, begun: Unfinished | undefined): Promise<boolean> {
  const { objects } = work;
  const entries = await vault.entries(manifest);
  await verify(work, vault, manifest, entries);
  const { records } = await recordsAt(new BackupReader(vault, entries), manifest.sequence);
  const unfinished = begun ?? (await beginUnfinished(work, manifest, () => isEmpty(objects)));
  if (!unfinished) return false;
  for (const commit of fenceCommits(records, manifest, unfinished)) await put(objects, commit.key, commit.bytes);
  await copy(work, vault, entries);
  await objects.delete(unfinishedKey);
  return true;
}

/** All of it is read before anything is written. */
async function verify({ log }: ComingBack, vault: Vault, manifest: Manifest, entries: readonly Entry[]): Promise<void> {
  checkChain(new Map(entries.map((entry) => [entry.key, entry])), { seq: manifest.sequence, hash: manifest.head }, new Map());
  const tell = teller(log, 'checked', entries.length);
  await inParallel(entries, async (entry) => {
    await vault.read(entry);
    tell();
  });
}

/**
 * The log's first commit comes after all others, and snapshots last: until then no server, of whatever version, takes what
 * is there for a registry.
 */
async function copy({ objects, log }: ComingBack, vault: Vault, entries: readonly Entry[]): Promise<void> {
  const isLog = ({ key }: Entry) => key.startsWith(logPrefix);
  const isSnapshot = ({ key }: Entry) => key.startsWith(snapshotPrefix);
  const commits = entries.filter(isLog).sort((a, b) => (a.key < b.key ? -1 : 1));
  const tell = teller(log, 'restored', entries.length);
  for (const group of [entries.filter((entry) => !isLog(entry) && !isSnapshot(entry)), commits.slice(1), commits.slice(0, 1), entries.filter(isSnapshot)]) {
    await inParallel(group, async (entry) => {
      await put(objects, entry.key, await vault.read(entry));
      tell();
    });
  }
}

/** What is there already, from a start that was killed or a server that does the same, must be the same. */
async function put(objects: ObjectStore, key: string, bytes: Buffer): Promise<void> {
  if ((await objects.putIfAbsent(key, bytes)) === 'created') return;
  const there = await objects.get(key);
  if (!there || sha256(there) !== sha256(bytes)) throw new BackupRefused(`${objects.name}: object ${key} is not the one of the backup: empty the store and start again`);
}

async function isEmpty(objects: ObjectStore): Promise<boolean> {
  let after: string | undefined;
  for (;;) {
    const [key] = await objects.list('', { limit: 1, after });
    if (key === undefined) return true;
    const passed = transient.find((prefix) => key.startsWith(prefix));
    if (passed === undefined) return false;
    after = `${passed.slice(0, -1)}0`;
  }
}

function teller(log: Pick<Logger, 'info'>, what: string, total: number): () => void {
  const step = Math.max(1_000, Math.ceil(total / 20));
  let done = 0;
  return () => {
    if (++done % step === 0) log.info({ done, total }, what);
  };
}

