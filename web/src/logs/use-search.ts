import { useEffect, useState, useSyncExternalStore } from 'react';
import type { LogText } from './log-text.js';
import { Search } from './search.js';

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
