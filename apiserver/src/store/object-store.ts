/**
 * The narrow port to whatever keeps our bytes. Only create-if-absent, read-after-write and
 * list-after-write are relied on: stores get overwriting and conditional deleting wrong.
 *
 * Keys are checked by `assertKey`. No key may be a folder of another (`a` beside `a/b`):
 * stores differ in what they make of that.
 */
export interface ObjectStore {
  /** What and where, for messages: no secrets. */
  readonly name: string;
  /** The whole object, or undefined when there is none. Throws StoreUnavailable. */
  get(key: string): Promise<Buffer | undefined>;
  /** Writes an object that must not exist yet. Throws StoreUnavailable, which may be ambiguous. */
  putIfAbsent(key: string, body: Buffer): Promise<PutResult>;
  /** Keys that start with `prefix`, in order of their UTF-8 bytes; all of them without a limit. */
  list(prefix: string, page?: ListPage): Promise<string[]>;
  /** Removes the object; no error when there is none. Throws StoreUnavailable. */
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}

export type PutResult = 'created' | 'exists';

export interface ListPage {
  /** Only keys that come after this one. */
  after?: string;
  limit?: number;
}

/** The store gave no usable answer. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** True when the write may have taken effect, now or later; false when it is known not to. */
  readonly ambiguous: boolean;

  constructor(message: string, options: { ambiguous: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.ambiguous = options.ambiguous;
  }
}

/** A key that not every store could hold, refused before it gets to any. */
export class InvalidKey extends Error {
  override readonly name = 'InvalidKey';

  constructor(key: string, why: string) {
    super(`object key ${JSON.stringify(key.slice(0, 200))} ${why}`);
  }
}

/** S3's limit for a whole key, and that of file systems (so MinIO's too) for each part. */
const mostKeyBytes = 1024;
const mostPartBytes = 255;
/** S3 lists no more keys than this at once. */
export const mostListed = 1_000;
/** What XML 1.0, in which S3 lists keys, can't carry. */
// eslint-disable-next-line no-control-regex
const unlistable = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

/** Throws InvalidKey unless every driver can hold this key, unchanged and inside its folder. */
export function assertKey(key: string): void {
  const why = flaw(key);
  if (why !== undefined) throw new InvalidKey(key, why);
}

function flaw(key: string): string | undefined {
  if (Buffer.byteLength(key) > mostKeyBytes) return `is longer than ${mostKeyBytes} bytes`;
  if (unlistable.test(key)) return 'has a control character';
  if (Buffer.from(key).toString() !== key) return 'is not well-formed Unicode';
  for (const part of key.split('/')) {
    if (part === '') return 'is empty, or has an empty part';
    if (part === '.' || part === '..') return `has the part '${part}'`;
    if (Buffer.byteLength(part) > mostPartBytes) return `has a part longer than ${mostPartBytes} bytes`;
  }
  return undefined;
}

/** Orders strings by their UTF-8 bytes, as S3 lists keys; UTF-16 order differs above U+D7FF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return byteRank(x) - byteRank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF, so they rank after U+E000–U+FFFF. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
