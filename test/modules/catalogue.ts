import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The checkout's `modules` folder, seen from the compiled test. */
export const modulesRoot = join(import.meta.dirname, '..', '..', '..', 'modules');

/** A JSON Schema, or a part of one, with the words that forms read. */
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  default?: unknown;
  examples?: unknown[];
  writeOnly?: boolean;
  [word: string]: unknown;
}

export interface TemplateFile {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: {
    icon: string;
    provider: string;
    module: string;
    parameters: Schema & { properties: Record<string, Schema> };
    outputs: Record<string, { title: string; description?: string; sensitive?: boolean }>;
    [field: string]: unknown;
  };
}

export interface Entry {
  name: string;
  /** Its folder below `modules`, for instance `docker/redis`. */
  path: string;
  dir: string;
  template: TemplateFile;
}

/** Every entry of the catalogue, as its files say. */
export function entries(): Entry[] {
  return moduleFolders()
    .map((path) => ({ path, dir: join(modulesRoot, path) }))
    .filter(({ dir }) => existsSync(join(dir, 'template.yaml')))
    .map(({ path, dir }) => {
      const template = parse(readFileSync(join(dir, 'template.yaml'), 'utf8')) as TemplateFile;
      return { name: template.metadata.name, path, dir, template };
    });
}

/** Every folder that holds a tofu module, below `modules`, such as `docker/redis`. */
export function moduleFolders(): string[] {
  return foldersIn(modulesRoot).flatMap((provider) =>
    foldersIn(join(modulesRoot, provider)).map((entry) => `${provider}/${entry}`),
  );
}

/** The names of a module's tofu files. */
function tofuFiles(path: string): string[] {
  return readdirSync(join(modulesRoot, path)).filter((name) => /\.tf(\.json)?$/.test(name));
}

/** All tofu text of a module. */
export function tofuSource(path: string): string {
  return tofuFiles(path).map((name) => readFileSync(join(modulesRoot, path, name), 'utf8')).join('\n');
}

function foldersIn(dir: string): string[] {
  const found = readdirSync(dir, { withFileTypes: true }).filter((file) => file.isDirectory());
  return found.map((folder) => folder.name).sort();
}
