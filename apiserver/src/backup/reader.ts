import type { ListPage, ObjectStore, PutResult } from '../store/object-store.js';
import type { Entry } from './manifest.js';
import type { Vault } from './vault.js';

/** The store as it was when a backup was made, to be read only: each object is checked by its hash. */
export class BackupReader implements ObjectStore {
  readonly name: string;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #keys: string[];

  constructor(
    private readonly vault: Vault,
    entries: readonly Entry[],
  ) {
    this.name = `backup in ${vault.store.name}`;
    this.#entries = new Map(entries.map((entry) => [entry.key, entry]));
    this.#keys = entries.map(({ key }) => key).sort();
  }

  async get(key: string): Promise<Buffer | undefined> {
    const entry = this.#entries.get(key);
    return entry && this.vault.read(entry);
  }

  async list(prefix: string, { after = '', limit = Infinity }: ListPage = {}): Promise<string[]> {
    return this.#keys.filter((key) => key.startsWith(prefix) && key > after).slice(0, limit);
  }

  putIfAbsent(): Promise<PutResult> {
    throw new Error('a backup is not written to');
  }

  delete(): Promise<void> {
    throw new Error('a backup is not written to');
  }

  async close(): Promise<void> {}
}
