import type { KeyboardEvent } from 'react';
import { Button } from '../ui/parts.js';
import { matchFrom } from './search.js';
import type { Found } from './use-search.js';

interface Props {
  words: string;
  onWords: (words: string) => void;
  found: Found;
  /** The line that was gone to last. */
  at: number | undefined;
  /** The line on top, where a search begins. */
  from: () => number;
  onGo: (line: number) => void;
}

/** Enter goes to the next match, Shift+Enter to the one before. */
export function SearchBar({ words, onWords, found: { lines, busy }, at, from, onGo }: Props) {
  const place = at === undefined ? -1 : lines.indexOf(at);
  const go = (direction: 1 | -1) => {
    const next = matchFrom(lines, place >= 0 ? at! : from() - direction, direction);
    if (next !== undefined) onGo(next);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape' && words !== '') onWords('');
    else return;
    event.preventDefault();
  };
  return (
    <search className="row">
      <input className="search" type="search" data-filter aria-label="Search the log" placeholder="Search the log" value={words} onChange={(event) => onWords(event.target.value)} onKeyDown={onKey} />
      {words !== '' && (
        <>
          <span className="quiet" role="status">{place >= 0 ? `${place + 1} of ` : ''}{lines.length.toLocaleString('en')}{busy ? ' so far' : lines.length === 1 ? ' line' : ' lines'}</span>
          <Button aria-label="Previous match" isDisabled={lines.length === 0} onPress={() => go(-1)}>↑</Button>
          <Button aria-label="Next match" isDisabled={lines.length === 0} onPress={() => go(1)}>↓</Button>
        </>
      )}
    </search>
  );
}
