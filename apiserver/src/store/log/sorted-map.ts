/** Keys in a chunk are few enough to shift cheaply, and chunks few enough to search quickly. */
const chunkEntries = 512;

/** A map whose keys can be walked in order from any point. Must not change while being walked. */
export class SortedMap<V> {
  readonly #values = new Map<string, V>();
  readonly #chunks: string[][] = [];
  readonly #compare: (a: string, b: string) => number;

  constructor(compare: (a: string, b: string) => number = byCodeUnit) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false;
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at]!;
    chunk.splice(lowerBound(chunk, key, this.#compare), 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    return true;
  }

  /** Keys from `from` on (itself included), in order. */
  *keysFrom(from: string): Generator<string, void> {
    const first = this.#chunkOf(from);
    for (let at = first; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at]!;
      for (let i = at === first ? lowerBound(chunk, from, this.#compare) : 0; i < chunk.length; i++) yield chunk[i]!;
    }
  }

  /** Values whose keys start with `prefix` and come after `after`, in key order. */
  *withPrefix(prefix: string, after = ''): Generator<V, void> {
    for (const key of this.keysFrom(this.#compare(after, prefix) > 0 ? after : prefix)) {
      if (!key.startsWith(prefix)) return;
      if (key !== after) yield this.#values.get(key)!;
    }
  }

  #insert(key: string): void {
    if (this.#chunks.length === 0) return void this.#chunks.push([key]);
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at]!;
    chunk.splice(lowerBound(chunk, key, this.#compare), 0, key);
    if (chunk.length > chunkEntries) this.#chunks.splice(at + 1, 0, chunk.splice(chunkEntries / 2));
  }

  /** The last chunk that starts at or before the key, else the first. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#chunks[middle]![0]!, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function lowerBound(keys: string[], key: string, compare: (a: string, b: string) => number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(keys[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
