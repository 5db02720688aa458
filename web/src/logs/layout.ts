import { plainText } from './ansi.js';
import type { LogText } from './log-text.js';

/** Where each line lies, in rows; each line has one row unless lines are wrapped at `columns`. */
export class Layout {
  /** Row behind each finished line. */
  readonly #ends: number[] = [];

  constructor(
    private readonly text: LogText,
    private readonly columns?: number,
  ) {}

  get rows(): number {
    return this.columns === undefined ? this.text.count : this.top(this.text.count);
  }

  /** First row of a line. */
  top(line: number): number {
    if (this.columns === undefined) return line;
    this.#reckon();
    const finished = Math.min(line, this.#ends.length);
    const before = finished === 0 ? 0 : this.#ends[finished - 1]!;
    return line > finished ? before + this.#rowsOf(finished) : before;
  }

  lineAt(row: number): number {
    if (this.columns === undefined) return Math.max(0, Math.min(Math.floor(row), this.text.count - 1));
    this.#reckon();
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle]! <= row) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, Math.min(low, this.text.count - 1));
  }

  #reckon(): void {
    for (let i = this.#ends.length; i < this.text.finished; i++) this.#ends.push((this.#ends[i - 1] ?? 0) + this.#rowsOf(i));
  }

  #rowsOf(line: number): number {
    return Math.max(1, Math.ceil(widthOf(plainText(this.text.line(line))) / this.columns!));
  }
}

// eslint-disable-next-line no-control-regex -- everything of Latin-1 is narrow.
const beyondLatin = /[^\u0000-\u00ff]/;
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/gu;

/** In columns of a terminal. */
function widthOf(line: string): number {
  return beyondLatin.test(line) ? line.length + (line.match(wide)?.length ?? 0) : line.length;
}
