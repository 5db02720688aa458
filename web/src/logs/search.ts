import { plainText } from './ansi.js';
import type { LogText } from './log-text.js';

/** Lines that hold some words, whatever their case; what is long is looked through in slices. */
export class Search {
  readonly pattern: RegExp;
  readonly lines: number[] = [];
  #at = 0;

  constructor(
    private readonly text: LogText,
    words: string,
  ) {
    this.pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
  }

  /** True when all that is finished was looked at. */
  advance(ms: number): boolean {
    const until = performance.now() + ms;
    while (this.#at < this.text.finished) {
      if (this.pattern.test(plainText(this.text.line(this.#at)))) this.lines.push(this.#at);
      this.#at++;
      if (this.#at % 512 === 0 && performance.now() > until) return false;
    }
    return true;
  }
}

/** The match to go to from `line`: the next one in that direction, and around the end. */
export function matchFrom(lines: readonly number[], line: number, direction: 1 | -1): number | undefined {
  const found = direction === 1 ? lines.find((each) => each > line) : lines.findLast((each) => each < line);
  return found ?? (direction === 1 ? lines[0] : lines.at(-1));
}
