/** As much of ASN.1's distinguished encoding (X.690) as a certificate needs. */
export const der = {
  sequence: (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts)),
  set: (...parts: Buffer[]) => tagged(0x31, Buffer.concat(parts)),
  integer: (bytes: Buffer) => tagged(0x02, bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes),
  boolean: (value: boolean) => tagged(0x01, Buffer.of(value ? 0xff : 0)),
  oid: (dotted: string) => tagged(0x06, oidBytes(dotted)),
  utf8: (text: string) => tagged(0x0c, Buffer.from(text)),
  /** YYYYMMDDHHMMSSZ. */
  time: (date: Date) => tagged(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`)),
  bits: (bytes: Buffer, unused = 0) => tagged(0x03, Buffer.concat([Buffer.of(unused), bytes])),
  octets: (bytes: Buffer) => tagged(0x04, bytes),
  /** Context-specific, constructed. */
  explicit: (number: number, inner: Buffer) => tagged(0xa0 + number, inner),
  /** Context-specific, primitive. */
  implicit: (number: number, bytes: Buffer) => tagged(0x80 + number, bytes),
};

function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

function oidBytes(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  return Buffer.from([first * 40 + second, ...rest.flatMap(base128)]);
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
