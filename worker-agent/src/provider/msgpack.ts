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
  const shape = shapeOf(from, at, type);
  const body = at + shape.head;
  if (body + (shape.bytes ?? 0) > from.length) throw malformed();
  if (shape.bytes !== undefined) {
    into.push(from.subarray(at, body + shape.bytes));
    return body + shape.bytes;
  }
  into.push(from.subarray(at, body));
  return shape.pairs === undefined ? writeItems(from, body, shape.items, into, depth) : writePairs(from, body, shape.pairs, into, depth);
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

/** `head`: bytes before its content. A plain value has `bytes` of content, an array `items`, a map `pairs`. */
type Shape = { head: number } & ({ bytes: number; items?: undefined; pairs?: undefined } | { items: number; bytes?: undefined; pairs?: undefined } | { pairs: number; bytes?: undefined; items?: undefined });

function shapeOf(from: Buffer, at: number, type: number): Shape {
  if (type <= 0x7f || type >= 0xe0) return { head: 1, bytes: 0 };
  if (type <= 0x8f) return { head: 1, pairs: type & 0x0f };
  if (type <= 0x9f) return { head: 1, items: type & 0x0f };
  if (type <= 0xbf) return { head: 1, bytes: type & 0x1f };
  const length = (size: number) => {
    if (at + 1 + size > from.length) throw malformed();
    return from.readUIntBE(at + 1, size);
  };
  switch (type) {
    case 0xc0: // nil, false, true
    case 0xc2:
    case 0xc3:
      return { head: 1, bytes: 0 };
    case 0xc4: // bin, str
    case 0xd9:
      return { head: 2, bytes: length(1) };
    case 0xc5:
    case 0xda:
      return { head: 3, bytes: length(2) };
    case 0xc6:
    case 0xdb:
      return { head: 5, bytes: length(4) };
    case 0xc7: // ext, with a byte for its type
      return { head: 3, bytes: length(1) };
    case 0xc8:
      return { head: 4, bytes: length(2) };
    case 0xc9:
      return { head: 6, bytes: length(4) };
    case 0xcc: // numbers
    case 0xd0:
      return { head: 2, bytes: 0 };
    case 0xcd:
    case 0xd1:
      return { head: 3, bytes: 0 };
    case 0xca:
    case 0xce:
    case 0xd2:
      return { head: 5, bytes: 0 };
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return { head: 9, bytes: 0 };
    case 0xd4: // ext of a fixed size
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return { head: 2, bytes: 2 ** (type - 0xd4) };
    case 0xdc:
      return { head: 3, items: length(2) };
    case 0xdd:
      return { head: 5, items: length(4) };
    case 0xde:
      return { head: 3, pairs: length(2) };
    case 0xdf:
      return { head: 5, pairs: length(4) };
    default:
      throw malformed();
  }
}

function malformed(): Error {
  return new Error('malformed MessagePack value');
}
