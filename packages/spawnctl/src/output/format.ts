import { kindByName, type KindDefinition, type Resource } from '@spawnit/contract';
import { stringify } from 'yaml';
import { CommandError, exits } from '../exit.js';

export const formats = ['wide', 'json', 'yaml', 'name'] as const;
export type Format = (typeof formats)[number];

export function readFormat(word: string | undefined): Format | undefined {
  if (word === undefined || (formats as readonly string[]).includes(word)) return word as Format | undefined;
  throw new CommandError(exits.usage, `--output must be one of ${formats.join(', ')} (got ${word})`);
}

/** One resource, or several as a List, as kubectl prints them; '' for no names. */
export function formatResources(items: Resource[], format: Exclude<Format, 'wide'>, single: boolean): string {
  if (format === 'name') return items.map(resourceName).join('\n');
  const shown = single && items.length === 1 ? tidy(items[0]!) : { apiVersion: 'v1', kind: 'List', metadata: {}, items: items.map(tidy) };
  return format === 'json' ? JSON.stringify(shown, null, 2) : stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false });
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
