import { useEffect, useState, useSyncExternalStore } from 'react';
import { plainText } from './ansi.js';
import type { LogText } from './log-text.js';

/** Longer than this (ms) no slice of a search holds the page up. */
const sliceMs = 8;

export interface Found {
  /** Undefined without a search. */
  pattern?: RegExp;
  /** Lines that match, in order. */
  lines: readonly number[];
  busy: boolean;
}

/** Lines that hold the words, whatever their case; looked for in slices, and again in what comes. */
export function useSearch(text: LogText, words: string): Found {
  const version = useSyncExternalStore(text.subscribe, text.version);
  const [search, setSearch] = useState<Search>();
  const [found, setFound] = useState<Found>({ lines: [], busy: false });
  useEffect(() => setSearch(words === '' ? undefined : new Search(text, words)), [text, words]);
  useEffect(() => {
    if (!search) return setFound({ lines: [], busy: false });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const step = () => {
      const done = search.advance(sliceMs);
      setFound({ pattern: search.pattern, lines: search.lines, busy: !done });
      if (!done) timer = setTimeout(step);
    };
    step();
    return () => clearTimeout(timer);
  }, [search, version]);
  return found;
}

class Search {
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
