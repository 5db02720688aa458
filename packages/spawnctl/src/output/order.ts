import { CommandError, exits } from '../exit.js';
import { find } from '../jsonpath/find.js';
import { parsePath } from '../jsonpath/path.js';

const words = new Intl.Collator('en', { numeric: true });

/** Orders by what a JSONPath leads to: numbers as numbers, text with its numbers in order of size; what has none comes first, as with kubectl. */
export function orderBy<T>(path: string, items: T[], objectOf: (item: T) => unknown): T[] {
  const steps = parsePath(path.trim().replace(/^\{(.*)\}$/s, '$1'));
  const keyed = items.map((item) => ({ item, key: find(objectOf(item), steps)[0] }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined || key === null)) throw new CommandError(exits.usage, `--sort-by: none of them has ${path}`);
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

function compare(a: unknown, b: unknown): number {
  const [noA, noB] = [a === undefined || a === null, b === undefined || b === null];
  if (noA || noB) return Number(noB) - Number(noA);
  return typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(String(a), String(b));
}
