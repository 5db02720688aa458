import { sha256 } from '../store/log/commit.js';
import { StoreUnavailable, type ObjectStore } from '../store/object-store.js';
import { BackupDamaged } from './errors.js';
import { decodeEntries, decodeManifest, encodeEntries, encodeManifest, manifestKey, manifestPrefix, objectKey, runPrefix, type Entry, type Manifest } from './manifest.js';

/** The backups of one cluster in a store for backups. Objects are created once; only retirement removes. */
export class Vault {
  constructor(
    readonly store: ObjectStore,
    readonly cluster: string,
  ) {}

  /** Numbers of all backups, oldest first. Throws BackupDamaged for a foreign object among them. */
  async numbers(): Promise<number[]> {
    const prefix = manifestPrefix(this.cluster);
    return (await this.store.list(prefix)).map((key) => {
      if (!/^\d{8}$/.test(key.slice(prefix.length))) throw new BackupDamaged(key, 'is not part of a backup');
      return Number(key.slice(prefix.length));
    });
  }

  /** Throws BackupDamaged when it is not there. */
  async manifest(number: number): Promise<Manifest> {
    const key = manifestKey(this.cluster, number);
    const bytes = await this.store.get(key);
    if (!bytes) throw new BackupDamaged(key, 'is missing');
    return decodeManifest(key, bytes);
  }

  /** Everything that belongs to a backup. */
  async entries({ run, entries }: Manifest): Promise<Entry[]> {
    return decodeEntries(await this.read({ run, sha256: entries }));
  }

  /** Its bytes, as they were when they were copied. Throws BackupDamaged. */
  async read(entry: Pick<Entry, 'run' | 'sha256'>): Promise<Buffer> {
    const key = objectKey(this.cluster, entry);
    const bytes = await this.store.get(key);
    if (!bytes) throw new BackupDamaged(key, 'is missing');
    if (sha256(bytes) !== entry.sha256) throw new BackupDamaged(key, 'is not what its name says: it was changed');
    return bytes;
  }

  /** Hashes of what a run has copied so far. */
  async copied(run: number): Promise<Set<string>> {
    const prefix = runPrefix(this.cluster, run);
    return new Set((await this.store.list(prefix)).map((key) => key.slice(prefix.length)));
  }

  /** What is there under this name has this content: the same once more is no harm, also when the first answer was lost. */
  async put(run: number, bytes: Buffer): Promise<string> {
    const hash = sha256(bytes);
    await this.store.putIfAbsent(objectKey(this.cluster, { run, sha256: hash }), bytes);
    return hash;
  }

  async putEntries(run: number, entries: readonly Entry[]): Promise<string> {
    return this.put(run, encodeEntries(entries));
  }

  /** Takes the number of the manifest, unless another backup has it. */
  async claim(manifest: Manifest): Promise<boolean> {
    const key = manifestKey(this.cluster, manifest.number);
    const bytes = encodeManifest(manifest);
    try {
      if ((await this.store.putIfAbsent(key, bytes)) === 'created') return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || !error.ambiguous) throw error;
    }
    return (await this.store.get(key))?.equals(bytes) === true;
  }
}

/** Clusters that have backups in this store. */
export async function clustersIn(store: ObjectStore): Promise<string[]> {
  const clusters: string[] = [];
  for (let after: string | undefined; ; ) {
    const [key] = await store.list('', { after, limit: 1 });
    if (key === undefined) return clusters;
    const cluster = key.split('/')[0]!;
    if (cluster !== 'probes' && !clusters.includes(cluster)) clusters.push(cluster);
    // What follows a slash: after all that is in this folder.
    after = `${cluster}0`;
  }
}
