import { memo } from 'react';
import { plainText, spansOf } from './ansi.js';

/** A line in its colours; where something is searched for, with that marked instead. */
export const LineText = memo(function LineText({ line, pattern }: { line: string; pattern?: RegExp }) {
  const plain = plainText(line);
  if (pattern?.test(plain)) return <>{markedParts(plain, pattern)}</>;
  return <>{spansOf(line).map(({ text, style }, index) => (style === '' ? text : <span key={index} className={`ansi ${style}`}>{text}</span>))}</>;
});

function markedParts(text: string, pattern: RegExp) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(new RegExp(pattern.source, 'gi'))) {
    parts.push(text.slice(at, found.index), <mark key={found.index}>{found[0]}</mark>);
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}
