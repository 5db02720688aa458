import { kindByName, type KindDefinition, type Resource } from '@spawnit/contract';
import { stringify } from 'yaml';
import { CommandError, exits } from '../exit.js';
import { parseColumns } from './custom-columns.js';
import { parseTemplate } from '../jsonpath/template.js';

const formats = ['wide', 'json', 'yaml', 'name', 'jsonpath=…', 'custom-columns=…'] as const;

/** Resources as text. `single`: one was asked for by its name, so it stands alone and in no list. */
export interface Printer {
  print(items: Resource[], single: boolean): string;
  /** One more of a watch. */
  next(item: Resource): string;
  /** Ends without a line's end of its own. */
  bare?: boolean;
}

export interface Format {
  /** Of the server's columns, also those for `-o wide`. */
  wide: boolean;
  /** What prints whole resources; without one the server's table is shown. */
  printer?: Printer;
}

export function readFormat(word: string | undefined, { headers = true } = {}): Format {
  if (word === undefined || word === '' || word === 'wide') return { wide: word === 'wide' };
  const [name, rest] = split(word);
  if (name === 'jsonpath') return { wide: false, printer: plain(templatePrinter(rest)) };
  if (name === 'custom-columns') return { wide: false, printer: parseColumns(rest, headers) };
  if (word === 'name') return { wide: false, printer: lines((items) => items.map(resourceName).join('\n')) };
  if (word === 'json') return { wide: false, printer: lines((items, single) => JSON.stringify(shown(items, single), null, 2)) };
  if (word === 'yaml') return { wide: false, printer: { print: asYaml, next: (item) => `---\n${asYaml([item], true)}` } };
  throw new CommandError(exits.usage, `--output must be one of ${formats.join(', ')} (got ${word})`);
}

function split(word: string): [string, string] {
  const equals = word.indexOf('=');
  return equals < 0 ? ['', ''] : [word.slice(0, equals), word.slice(equals + 1)];
}

function lines(print: Printer['print']): Printer {
  return { print, next: (item) => print([item], true) };
}

function plain(print: Printer['print']): Printer {
  return { print, next: (item) => `${print([item], true)}\n`, bare: true };
}

function templatePrinter(template: string): Printer['print'] {
  if (template === '') throw new CommandError(exits.usage, 'jsonpath= needs a path, such as jsonpath={.status.url}');
  const write = parseTemplate(template);
  return (items, single) => write(shown(items, single));
}

function asYaml(items: Resource[], single: boolean): string {
  return stringify(shown(items, single), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** One resource, or several as a List, as kubectl prints them. */
function shown(items: Resource[], single: boolean): unknown {
  return single && items.length === 1 ? tidy(items[0]!) : { apiVersion: 'v1', kind: 'List', metadata: {}, items: items.map(tidy) };
}

/** `service.spawnit.dev/web`, as kubectl names it. */
export function resourceName(item: Resource): string {
  const kind = kindByName(item.kind);
  return `${kind ? kindName(kind) : item.kind.toLowerCase()}/${item.metadata.name}`;
}

export function kindName({ singular, group }: KindDefinition): string {
  return group === '' ? singular : `${singular}.${group}`;
}

function tidy(item: Resource): Resource {
  const { managedFields: _, ...metadata } = item.metadata;
  return { ...item, metadata };
}
