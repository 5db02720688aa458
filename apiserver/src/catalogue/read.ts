import { templateKind, type Module, type Template } from '@spawnit/contract';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { encodeBundle, type Bundle } from '../modules/bundle.js';
import { prepareModule } from '../modules/part.js';
import { readObject } from '../resources/schema.js';
import { packModule } from './pack.js';

/** Set on what the server itself has put into the catalogue. */
export const builtinLabel = 'spawnit.dev/builtin';

export interface CatalogueEntry {
  template: Template;
  module: Module;
  blob: Buffer;
}

/** Paths of all `template.yaml` below `catalogue`, sorted. */
export async function templateFiles(catalogue: string): Promise<string[]> {
  const entries = await readdir(catalogue, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name === 'template.yaml').map((entry) => join(entry.parentPath, entry.name)).sort();
}

/** One entry: its template, with the icon's text and the module's digest put in, and its module. Throws when either can't be used. */
export async function readEntry(catalogue: string, file: string): Promise<CatalogueEntry> {
  const raw = parse(await readFile(file, 'utf8'), { maxAliasCount: 0 }) as { metadata?: Record<string, unknown>; spec?: { icon?: unknown; module?: unknown; title?: unknown } };
  const { icon, module: folder, title } = raw.spec ?? {};
  if (typeof folder !== 'string') throw new Error(`${file}: spec.module must name a folder of the catalogue`);
  const bundle = await packModule(catalogue, folder);
  const { module } = prepareModule(moduleOf(bundle, typeof title === 'string' ? title : folder));
  const text = typeof icon === 'string' && icon.endsWith('.svg') ? await readFile(join(dirname(file), icon), 'utf8') : icon;
  const metadata = { ...raw.metadata, labels: { ...(raw.metadata?.['labels'] as object | undefined), [builtinLabel]: 'true' } };
  const template = readObject(templateKind, { ...raw, metadata, spec: { ...raw.spec, icon: text, module: module.metadata.name } }, 'Strict', () => undefined);
  return { template: template as Template, module, blob: encodeBundle(bundle) };
}

function moduleOf({ root, files }: Bundle, title: string): Module {
  return { apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: { name: '', labels: { [builtinLabel]: 'true' } }, spec: { title, root, files } };
}
