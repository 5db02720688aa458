import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { makeBundle, type Bundle } from '../modules/bundle.js';

/** Beside a module in the repository, but no part of it. */
const leftOut = /^(template\.yaml|\..*|.*\.svg|.*\.tfstate(\..*)?|.*\.tftest\.hcl|README\.md)$/;

/**
 * The bundle of a module folder and of all that it includes by `source = "../x"`, below the folder that they share.
 * Throws when it includes something outside `catalogue`.
 */
export async function packModule(catalogue: string, folder: string): Promise<Bundle> {
  const top = resolve(catalogue);
  const folders = await closure(top, [resolve(top, folder)]);
  const base = sharedParent(folders);
  const files: Record<string, string> = {};
  for (const dir of folders) for (const file of await filesIn(dir)) files[slashed(relative(base, file))] = await readFile(file, 'utf8');
  return makeBundle(slashed(relative(base, folders[0]!)) || '.', files);
}

async function closure(top: string, folders: string[]): Promise<string[]> {
  for (let i = 0; i < folders.length; i++) {
    const dir = folders[i]!;
    if (relative(top, dir).startsWith('..')) throw new Error(`module ${dir} is outside of the catalogue ${top}`);
    for (const next of await included(dir)) if (!folders.includes(next)) folders.push(next);
  }
  return folders;
}

async function included(dir: string): Promise<string[]> {
  const texts = await Promise.all((await filesIn(dir)).filter((file) => file.endsWith('.tf')).map((file) => readFile(file, 'utf8')));
  return texts.flatMap((text) => [...text.matchAll(/^\s*source\s*=\s*"(\.\.?\/[^"]*)"/gm)].map(([, source]) => resolve(dir, source!)));
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const kept = entries.filter(({ name }) => !leftOut.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const nested = await Promise.all(kept.map((entry) => (entry.isDirectory() ? filesIn(join(dir, entry.name)) : entry.isFile() ? [join(dir, entry.name)] : [])));
  return nested.flat();
}

function sharedParent(folders: string[]): string {
  let parent = folders[0]!;
  while (!folders.every((folder) => folder === parent || folder.startsWith(parent + sep))) parent = dirname(parent);
  return parent;
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
