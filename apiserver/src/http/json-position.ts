export interface Break {
  /** Both from 1. */
  line: number;
  column: number;
  /** The character, or 'end of body'. */
  found: string;
}

/** Where a text stops being JSON (RFC 8259). For texts that JSON.parse has refused: its own messages name no position on Node 20. */
export function whereJsonBreaks(text: string): Break {
  const at = new Scanner(text).firstBadOffset();
  const before = text.slice(0, at).split('\n');
  const found = at >= text.length ? 'end of body' : `character ${JSON.stringify(String.fromCodePoint(text.codePointAt(at)!))}`;
  return { line: before.length, column: before.at(-1)!.length + 1, found };
}

class Bad {}

class Scanner {
  #at = 0;
  constructor(private readonly text: string) {}

  firstBadOffset(): number {
    try {
      this.#value();
      this.#space();
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
    }
    return this.#at;
  }

  #value(): void {
    this.#space();
    const c = this.text[this.#at];
    if (c === '{') this.#list('}', () => this.#member());
    else if (c === '[') this.#list(']', () => this.#value());
    else if (c === '"') this.#match(/"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y, '"');
    else if (c !== undefined && '-0123456789'.includes(c)) this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    else this.#match(/true|false|null/y);
  }

  #list(end: string, entry: () => void): void {
    this.#at++;
    this.#space();
    if (this.#take(end)) return;
    do {
      this.#space();
      entry();
      this.#space();
    } while (this.#take(','));
    if (!this.#take(end)) throw new Bad();
  }

  #member(): void {
    if (this.text[this.#at] !== '"') throw new Bad();
    this.#value();
    this.#space();
    if (!this.#take(':')) throw new Bad();
    this.#value();
  }

  #match(pattern: RegExp, then = ''): void {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text);
    if (!found) throw new Bad();
    this.#at += found[0].length;
    if (then !== '' && !this.#take(then)) throw new Bad();
  }

  #take(c: string): boolean {
    if (this.text[this.#at] !== c) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (this.#at < this.text.length && ' \t\n\r'.includes(this.text[this.#at]!)) this.#at++;
  }
}
