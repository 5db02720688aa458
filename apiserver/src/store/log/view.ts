import { TransactionTooLarge } from './errors.js';
import { encodeOp, mostOps, rvOf, valueSize } from './commit.js';
import type { Op } from './commit.js';
import { frozen } from './json.js';
import type { JsonObject } from './json.js';
import { merged } from './merged.js';
import { IndexedKeys, isFoundBy, type RecordIndex } from './record-index.js';
import { SortedMap } from './sorted-map.js';

/** A record as it stands. Frozen: change it by a write. */
export interface RecordEntry {
  key: string;
  value: JsonObject;
  /** The resourceVersion of the operation that put it. */
  rv: number;
}

/** A record, and how long its value is as JSON, in characters. */
export interface SizedEntry extends RecordEntry {
  size: number;
}

/** All records at one point of the log. Read it in one go: it moves on with every commit. */
export interface View {
  readonly seq: number;
  get(key: string): RecordEntry | undefined;
  /** Records whose keys start with `prefix`, in key order; only those that come after the key `after`. */
  list(prefix: string, after?: string): Iterable<RecordEntry>;
  /** Records that the index has under this term, in any order, without looking at all of them. */
  find(index: RecordIndex, term: number | string): Iterable<RecordEntry>;
}

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  key: string;
  /** What it is now, or was when it was deleted. */
  value: JsonObject;
  /** What it was before, if it was. */
  previous?: JsonObject;
  /** The resourceVersion of what it was. */
  previousRv?: number;
  rv: number;
  /** Characters of JSON that nobody else keeps: those of what it was before. What it is now is a record, or what a later change has before it. */
  size: number;
}

/** What has been committed, up to a sequence. */
export class Records implements View {
  seq = 0;
  /** Of all their values as JSON, in characters. */
  bytes = 0;
  readonly #records = new SortedMap<SizedEntry>();
  readonly #indexes = new Map<RecordIndex, IndexedKeys>();
  /** What was put last under each first part of a key, of which most others are alike. */
  readonly #latest = new Map<string, JsonObject>();

  get size(): number {
    return this.#records.size;
  }

  get(key: string): RecordEntry | undefined {
    return this.#records.get(key);
  }

  list(prefix: string, after?: string): Iterable<SizedEntry> {
    return this.#records.withPrefix(prefix, after);
  }

  *find(index: RecordIndex, term: number | string): Generator<RecordEntry, void> {
    if (!this.#indexes.has(index)) this.#indexes.set(index, new IndexedKeys(index, this.list(index.prefix)));
    for (const key of this.#indexes.get(index)!.of(term)) yield this.#records.get(key)!;
  }

  load({ key, value, rv, size }: SizedEntry): void {
    this.#put({ key, value: this.kept(key, value), rv, size });
  }

  /** The value as it is kept under this key: frozen, and sharing what it can with what is there. It must be the caller's own. */
  kept(key: string, value: JsonObject): JsonObject {
    return frozen(value, this.#records.get(key)?.value, this.#latest.get(kindIn(key)));
  }

  /** Takes in the operations of the next commit, and tells what they changed. Who has their values' sizes need not have them measured. */
  apply(seq: number, ops: Op[], sizes: readonly number[] = ops.map((op) => valueSize(encodeOp(op)))): Change[] {
    const changes: Change[] = [];
    for (const [index, op] of ops.entries()) {
      const change = this.#applyOne(op, rvOf(seq, index), sizes[index]!);
      if (change) changes.push(change);
    }
    this.seq = seq;
    return changes;
  }

  #applyOne(op: Op, rv: number, size: number): Change | undefined {
    const { value: previous, rv: previousRv, size: before = 0 } = this.#records.get(op.key) ?? {};
    if (op.op === 'put') {
      const value = this.kept(op.key, op.value);
      this.#put({ key: op.key, value, rv, size });
      if (previous) return { type: 'MODIFIED', key: op.key, value, previous, previousRv, rv, size: before };
      return { type: 'ADDED', key: op.key, value, rv, size: 0 };
    }
    if (!previous) return undefined;
    this.#forget(op.key);
    this.#records.delete(op.key);
    return { type: 'DELETED', key: op.key, value: previous, previous, previousRv, rv, size: before };
  }

  #put(entry: SizedEntry): void {
    this.#forget(entry.key);
    this.#records.set(entry.key, entry);
    this.#latest.set(kindIn(entry.key), entry.value);
    this.bytes += entry.size;
    for (const keys of this.#indexes.values()) keys.add(entry);
  }

  #forget(key: string): void {
    const entry = this.#records.get(key);
    if (!entry) return;
    this.bytes -= entry.size;
    for (const keys of this.#indexes.values()) keys.remove(entry);
  }
}

function kindIn(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

/** An operation as it will be committed: a private copy, and its line. */
export interface SealedOp {
  op: Op;
  line: string;
}

/** The committed records under the transactions of a commit that is still being put together. */
export class Overlay implements View {
  readonly ops: SealedOp[] = [];
  readonly #base: Records;
  /** A record, or undefined where one was deleted. */
  readonly #changed = new Map<string, RecordEntry | undefined>();

  constructor(base: Records) {
    this.#base = base;
  }

  get seq(): number {
    return this.#base.seq;
  }

  get(key: string): RecordEntry | undefined {
    return this.#changed.has(key) ? this.#changed.get(key) : this.#base.get(key);
  }

  list(prefix: string, after?: string): Iterable<RecordEntry> {
    return merged(this.#base.list(prefix, after), this.#changed, prefix, after);
  }

  *find(index: RecordIndex, term: number | string): Generator<RecordEntry, void> {
    for (const entry of this.#base.find(index, term)) if (!this.#changed.has(entry.key)) yield entry;
    for (const entry of this.#changed.values()) if (entry && isFoundBy(entry, index, term)) yield entry;
  }

  /** Adds one transaction's operations and tells their resourceVersions in the commit to be. */
  add(ops: SealedOp[]): number[] {
    return ops.map((sealed) => {
      const { op } = sealed;
      const rv = rvOf(this.seq + 1, this.ops.length);
      if (op.op === 'put') op.value = this.#base.kept(op.key, op.value);
      this.#changed.set(op.key, op.op === 'put' ? { key: op.key, value: op.value, rv } : undefined);
      this.ops.push(sealed);
      return rv;
    });
  }
}

/**
 * Copies an operation by way of its JSON: what is kept in memory is exactly what a replay gives,
 * and the caller's own object stays the caller's.
 */
export function seal(op: Op): SealedOp {
  const line = encodeOp(op);
  return { op: JSON.parse(line) as Op, line };
}

export function sealAll(ops: Op[]): SealedOp[] {
  if (ops.length > mostOps) throw new TransactionTooLarge(`${ops.length} operations, and at most ${mostOps} fit a commit`);
  return ops.map(seal);
}

