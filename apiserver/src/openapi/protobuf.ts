/** As much of the protocol buffers wire format (proto3) as the OpenAPI document needs. Empty fields are left out. */
export const field = {
  text: (number: number, value: string | undefined) => (value ? delimited(number, Buffer.from(value)) : Buffer.alloc(0)),
  texts: (number: number, values: string[] | undefined) => Buffer.concat((values ?? []).map((value) => delimited(number, Buffer.from(value)))),
  bool: (number: number, value: boolean) => (value ? Buffer.concat([varint(number << 3), Buffer.of(1)]) : Buffer.alloc(0)),
  message: (number: number, ...parts: Buffer[]) => delimited(number, Buffer.concat(parts)),
};

function delimited(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.of(...bytes, rest);
}
