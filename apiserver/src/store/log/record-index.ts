import type { RecordEntry } from './view.js';

/** What records are looked up by, beside their keys. Two calls mean the same index when they name the same object. */
export interface RecordIndex {
  /** Of the keys of the records that are indexed. */
  prefix: string;
  /** What a record is found by; the same for the same value. */
  termsOf: (value: RecordEntry['value']) => Iterable<number | string>;
}

/** Keys by term. Built when it is first asked for, and kept up with each change from then on. */
export class IndexedKeys {
  readonly #index: RecordIndex;
  readonly #keys = new Map<number | string, Set<string>>();

  constructor(index: RecordIndex, entries: Iterable<RecordEntry>) {
    this.#index = index;
    for (const entry of entries) this.add(entry);
  }

  of(term: number | string): Iterable<string> {
    return this.#keys.get(term) ?? [];
  }

  add({ key, value }: RecordEntry): void {
    for (const term of this.#termsOf(key, value)) {
      const keys = this.#keys.get(term);
      if (keys) keys.add(key);
      else this.#keys.set(term, new Set([key]));
    }
  }

  remove({ key, value }: RecordEntry): void {
    for (const term of this.#termsOf(key, value)) {
      const keys = this.#keys.get(term);
      if (keys?.delete(key) && keys.size === 0) this.#keys.delete(term);
    }
  }

  #termsOf(key: string, value: RecordEntry['value']): Iterable<number | string> {
    return key.startsWith(this.#index.prefix) ? this.#index.termsOf(value) : [];
  }
}

/** Whether the record is one that a look-up by this term would find. */
export function isFoundBy({ key, value }: RecordEntry, { prefix, termsOf }: RecordIndex, term: number | string): boolean {
  return key.startsWith(prefix) && [...termsOf(value)].includes(term);
}
