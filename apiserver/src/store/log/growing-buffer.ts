/** Texts one after the other as UTF-8, in memory once: parts to be joined at the end would be there twice. */
export class GrowingBuffer {
  #buffer: Buffer;
  #length = 0;

  /** About so many bytes are expected. */
  constructor(expected: number) {
    this.#buffer = Buffer.allocUnsafe(expected);
  }

  /** Everything that was added. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Gives the bytes of this text, valid until the next one comes. */
  add(text: string): Buffer {
    const from = this.#length;
    this.#length += Buffer.byteLength(text);
    if (this.#length > this.#buffer.length) this.#grow(from);
    this.#buffer.write(text, from);
    return this.#buffer.subarray(from, this.#length);
  }

  /** A quarter more than is needed. */
  #grow(kept: number): void {
    const larger = Buffer.allocUnsafe(Math.ceil(this.#length * 1.25));
    this.#buffer.copy(larger, 0, 0, kept);
    this.#buffer = larger;
  }
}
