import type { Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { find } from '../jsonpath/find.js';
import { parsePath, splitOutsideQuotes, type Step } from '../jsonpath/path.js';
import { textOf } from '../jsonpath/template.js';
import { columns, widthsOf } from './columns.js';
import type { Printer } from './format.js';

/** `NAME:.metadata.name,URL:.status.url` as a table; what isn't there is `<none>`. Throws a usage error. */
export function parseColumns(text: string, headers: boolean): Printer {
  const wanted = splitOutsideQuotes(text, ',').map(readColumn);
  const head = wanted.map(({ name }) => name);
  const rowOf = (item: Resource) => wanted.map(({ path }) => cell(find(item, path)));
  let widths: number[] = [];
  const write = (rows: string[][]) => {
    widths = widthsOf([head, ...rows], widths);
    return columns(rows, widths);
  };
  return {
    print: (items) => write([...(headers ? [head] : []), ...items.map(rowOf)]),
    next: (item) => write([rowOf(item)]),
  };
}

function readColumn(word: string): { name: string; path: Step[] } {
  const [, name, path] = /^([^:]+):(.+)$/s.exec(word.trim()) ?? [];
  if (!name || !path) throw new CommandError(exits.usage, `custom-columns= needs NAME:PATH,NAME:PATH, such as NAME:.metadata.name,URL:.status.url (got "${word}")`);
  return { name, path: parsePath(path.replace(/^\{(.*)\}$/s, '$1')) };
}

function cell(values: unknown[]): string {
  const text = textOf(values.filter((value) => value !== null), ',').replace(/\s*\n\s*/g, ' ');
  return text === '' ? '<none>' : text;
}
