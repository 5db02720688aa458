/** The body of an answer, as undici gives it: all at once, or piece by piece. */
export class Body implements AsyncIterable<Buffer> {
  readonly #pieces: Buffer[] = [];
  #end: { error?: unknown } | undefined;
  #wake: () => void = () => undefined;
  /** Its reader goes away before its end. */
  onAbandon: () => void = () => undefined;

  static of(bytes: string | Buffer): Body {
    const body = new Body();
    body.push(Buffer.from(bytes));
    body.end();
    return body;
  }

  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#wake();
  }

  end(error?: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  async text(): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of this) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async dump(): Promise<void> {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        while (this.#pieces.length > 0) yield this.#pieces.shift()!;
        if (this.#end?.error !== undefined) throw this.#end.error;
        if (this.#end) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.onAbandon();
    }
  }
}
