/** One field of a protobuf message: its bytes, or its number for a varint. */
export interface Field {
  number: number;
  value: Buffer | bigint;
}

/** The fields of a message, in order. Throws when it is malformed. Source: the Protocol Buffers wire format. */
export function fieldsOf(message: Buffer): Field[] {
  const reader = new Reader(message);
  const fields: Field[] = [];
  while (!reader.done) fields.push(reader.field());
  return fields;
}

export function bytesOf(fields: Field[], number: number): Buffer | undefined {
  return fields.flatMap((field) => (field.number === number && Buffer.isBuffer(field.value) ? [field.value] : [])).at(-1);
}

class Reader {
  #at = 0;

  constructor(private readonly from: Buffer) {}

  get done(): boolean {
    return this.#at >= this.from.length;
  }

  field(): Field {
    const key = Number(this.#varint());
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        return { number, value: this.#varint() };
      case 1:
        return { number, value: this.#bytes(8) };
      case 2:
        return { number, value: this.#bytes(Number(this.#varint())) };
      case 5:
        return { number, value: this.#bytes(4) };
      default:
        throw new Error('malformed protobuf message');
    }
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes(1)[0]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error('malformed protobuf message');
  }

  #bytes(length: number): Buffer {
    if (this.#at + length > this.from.length) throw new Error('malformed protobuf message');
    return this.from.subarray(this.#at, (this.#at += length));
  }
}
