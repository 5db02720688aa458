import type { Keys } from '../auth/keys.js';
import { BackupRefused } from '../backup/errors.js';
import type { Manifest } from '../backup/manifest.js';
import { clustersIn, Vault } from '../backup/vault.js';
import type { ObjectStore } from '../store/object-store.js';

/**
 * The backup that is meant, of the cluster that this server has the root key of. Throws BackupRefused, naming what there
 * is; BackupDamaged.
 */
export async function chooseBackup(store: ObjectStore, keys: Keys, wanted: 'latest' | number | { cluster: string; number: number }): Promise<{ vault: Vault; manifest: Manifest }> {
  const all = await Promise.all((await clustersIn(store)).map(async (cluster) => newestOf(new Vault(store, cluster))));
  const known = all.filter((each) => each !== undefined);
  if (known.length === 0) throw new BackupRefused(`there is no backup in ${store.name}`);
  const own = known.filter(({ newest }) => newest.keyFingerprint === keys.fingerprint);
  if (own.length === 0) throw foreign(store, keys, known.map(({ newest }) => newest));
  if (own.length > 1) throw new BackupRefused(`${store.name} has backups of several clusters with this root key (${own.map(({ vault }) => vault.cluster).join(', ')}): move all but one away`);
  const { vault, numbers, newest } = own[0]!;
  const number = wanted === 'latest' ? newest.number : typeof wanted === 'number' ? wanted : wanted.number;
  if (!numbers.includes(number)) throw new BackupRefused(`there is no backup ${number} in ${store.name}: there are ${listed(numbers)}`);
  const manifest = await vault.manifest(number);
  if (manifest.keyFingerprint !== keys.fingerprint) throw foreign(store, keys, [manifest]);
  return { vault, manifest };
}

async function newestOf(vault: Vault): Promise<{ vault: Vault; numbers: number[]; newest: Manifest } | undefined> {
  const numbers = await vault.numbers();
  const last = numbers.at(-1);
  return last === undefined ? undefined : { vault, numbers, newest: await vault.manifest(last) };
}

function foreign(store: ObjectStore, keys: Keys, there: Manifest[]): BackupRefused {
  const needed = there.map(({ cluster, keyFingerprint }) => `${keyFingerprint} (cluster ${cluster})`).join(', ');
  return new BackupRefused(`the backups in ${store.name} need the root key with fingerprint ${needed}, and this server has one with ${keys.fingerprint}: put the keys/root.key that was saved into its data directory. Without it states and secrets can't be read`);
}

function listed(numbers: number[]): string {
  return numbers.length > 10 ? `${numbers[0]} to ${numbers.at(-1)}` : numbers.join(', ');
}
