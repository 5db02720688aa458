/** A longer line is cut for the page; the download has all of it. */
const longestLine = 10_000;
const tabStop = 8;

/** The lines of a log of any size: bytes go in, changes are told once a frame however many came. */
export class LogText {
  readonly #lines: string[] = [];
  #rest = '';
  #cut = 0;
  #version = 0;
  #telling = false;
  readonly #decoder = new TextDecoder();
  readonly #listeners = new Set<() => void>();

  push(bytes: Uint8Array): void {
    const [first = '', ...more] = this.#decoder.decode(bytes, { stream: true }).split('\n');
    this.#extend(first);
    for (const piece of more) {
      this.#lines.push(this.#shown());
      [this.#rest, this.#cut] = ['', 0];
      this.#extend(piece);
    }
    this.#tell();
  }

  /** Nothing more comes: what stands in the last line is all of it. */
  end(): void {
    if (this.#rest !== '') this.push(new Uint8Array([0x0a]));
  }

  /** Lines that won't change any more. */
  get finished(): number {
    return this.#lines.length;
  }

  get count(): number {
    return this.#lines.length + (this.#rest === '' ? 0 : 1);
  }

  /** As it was written, colours and all. */
  line(index: number): string {
    return this.#lines[index] ?? this.#shown();
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly version = () => this.#version;

  #extend(piece: string): void {
    const room = Math.max(0, longestLine - this.#rest.length);
    this.#rest += piece.slice(0, room);
    this.#cut += Math.max(0, piece.length - room);
  }

  #shown(): string {
    const line = /[\r\t]/.test(this.#rest) ? tidied(this.#rest) : this.#rest;
    return this.#cut === 0 ? line : `${line} … ${this.#cut} more characters of this line are in the download`;
  }

  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    setTimeout(() => {
      this.#telling = false;
      this.#version++;
      for (const listener of this.#listeners) listener();
    }, 50);
  }
}

/** What a terminal shows of it: a carriage return begins the line again, a tab goes on to the next stop. */
function tidied(line: string): string {
  const kept = line.replace(/\r+$/, '');
  const last = kept.slice(kept.lastIndexOf('\r') + 1);
  return last.replace(/([^\t]*)\t/g, (_, before: string) => before + ' '.repeat(tabStop - (before.length % tabStop)));
}
