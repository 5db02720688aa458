/**
 * A MessagePack value with the entries of its maps in order of their keys, as some providers write them in any order. All
 * else stays byte for byte, so no precision is lost: what is equal here is equal. Throws when it is malformed.
 */
export function canonical(value: Buffer): Buffer {
  const pieces: Buffer[] = [];
  const end = write(value, 0, pieces, 0);
  if (end !== value.length) throw malformed();
  return Buffer.concat(pieces);
}

const deepest = 200;

/** Writes the value at `at`; gives where the next begins. Source: the MessagePack specification. */
function write(from: Buffer, at: number, into: Buffer[], depth: number): number {
  const type = from[at];
  if (type === undefined || depth > deepest) throw malformed();
  const { head, count, of } = shapeOf(from, at, type);
  const end = at + head + (of === 'bytes' ? count : 0);
  if (end > from.length) throw malformed();
  into.push(from.subarray(at, end));
  if (of === 'bytes') return end;
  return of === 'items' ? writeItems(from, end, count, into, depth) : writePairs(from, end, count, into, depth);
}

function writeItems(from: Buffer, start: number, count: number, into: Buffer[], depth: number): number {
  let at = start;
  for (let i = 0; i < count; i++) at = write(from, at, into, depth + 1);
  return at;
}

function writePairs(from: Buffer, start: number, count: number, into: Buffer[], depth: number): number {
  const pairs: { key: Buffer; value: Buffer[] }[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const key: Buffer[] = [];
    const value: Buffer[] = [];
    at = write(from, write(from, at, key, depth + 1), value, depth + 1);
    pairs.push({ key: Buffer.concat(key), value });
  }
  pairs.sort((a, b) => Buffer.compare(a.key, b.key));
  for (const { key, value } of pairs) into.push(key, ...value);
  return at;
}

type Content = 'bytes' | 'items' | 'pairs';

/** How many bytes come before its content, how much of what that is: an array has items, a map pairs, all else bytes. */
interface Shape {
  head: number;
  count: number;
  of: Content;
}

/** By type, the bytes of what has always as many: nil, false, true; numbers; extensions, with a byte for their type. */
const fixed = new Map([
  [0xc0, 0], [0xc2, 0], [0xc3, 0],
  [0xcc, 1], [0xcd, 2], [0xce, 4], [0xcf, 8], [0xd0, 1], [0xd1, 2], [0xd2, 4], [0xd3, 8], [0xca, 4], [0xcb, 8],
  [0xd4, 2], [0xd5, 3], [0xd6, 5], [0xd7, 9], [0xd8, 17],
]);

/** By type, what tells its length: in how many bytes, of what, and how many more bytes come before that: bin, str, ext, array, map. */
const told = new Map<number, [size: number, of: Content, besides?: number]>([
  [0xc4, [1, 'bytes']], [0xc5, [2, 'bytes']], [0xc6, [4, 'bytes']],
  [0xd9, [1, 'bytes']], [0xda, [2, 'bytes']], [0xdb, [4, 'bytes']],
  [0xc7, [1, 'bytes', 1]], [0xc8, [2, 'bytes', 1]], [0xc9, [4, 'bytes', 1]],
  [0xdc, [2, 'items']], [0xdd, [4, 'items']],
  [0xde, [2, 'pairs']], [0xdf, [4, 'pairs']],
]);

function shapeOf(from: Buffer, at: number, type: number): Shape {
  if (type <= 0x7f || type >= 0xe0) return { head: 1, count: 0, of: 'bytes' };
  if (type <= 0x8f) return { head: 1, count: type & 0x0f, of: 'pairs' };
  if (type <= 0x9f) return { head: 1, count: type & 0x0f, of: 'items' };
  if (type <= 0xbf) return { head: 1, count: type & 0x1f, of: 'bytes' };
  const count = fixed.get(type);
  if (count !== undefined) return { head: 1, count, of: 'bytes' };
  const length = told.get(type);
  if (length === undefined || at + 1 + length[0] > from.length) throw malformed();
  const [size, of, besides = 0] = length;
  return { head: 1 + size + besides, count: from.readUIntBE(at + 1, size), of };
}

function malformed(): Error {
  return new Error('malformed MessagePack value');
}
