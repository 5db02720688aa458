export interface Span {
  text: string;
  /** Names of classes, such as `red bold`; empty for plain text. */
  style: string;
}

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
// eslint-disable-next-line no-control-regex -- an escape sequence is made of it.
const sequence = /\u001b(?:\[([0-9;:]*)([ -/]*[@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** The text without what only speaks to terminals. */
export function plainText(line: string): string {
  return line.includes('\u001b') ? line.replace(sequence, '') : line;
}

/** A line in pieces of one look each (SGR of ECMA-48: bold, faint, underlined, the 8 colours in both strengths; other colours as plain text). */
export function spansOf(line: string): Span[] {
  if (!line.includes('\u001b')) return [{ text: line, style: '' }];
  const spans: Span[] = [];
  let [at, style] = [0, new Map<string, string>()];
  const add = (text: string) => text !== '' && spans.push({ text, style: [...style.values()].join(' ') });
  for (const found of line.matchAll(sequence)) {
    add(line.slice(at, found.index));
    at = found.index + found[0].length;
    if (found[2] === 'm') style = after(style, (found[1] ?? '').split(/[;:]/).map(Number));
  }
  add(line.slice(at));
  return spans;
}

function after(before: Map<string, string>, codes: number[]): Map<string, string> {
  const style = new Map(before);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === 0) style.clear();
    else if (code === 1) style.set('weight', 'bold');
    else if (code === 2) style.set('weight', 'faint');
    else if (code === 22) style.delete('weight');
    else if (code === 4) style.set('line', 'underlined');
    else if (code === 24) style.delete('line');
    else if (code === 39) style.delete('colour');
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) style.set('colour', colours[code % 10]!);
    // 38 and 48 bring a colour of their own along: 5;n or 2;r;g;b.
    else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : codes[i + 1] === 2 ? 4 : 0;
  }
  return style;
}
