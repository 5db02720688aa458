import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CommandError, exits } from '../exit.js';
import { download } from './download.js';
import { parseManifests, type Manifest } from './parse.js';

const extensions = ['.yaml', '.yml', '.json'];

/** Reads every document of files, folders (their manifests, in order of name), addresses, or `-` for standard input. */
export async function readManifests(sources: string[], recursive = false): Promise<Manifest[]> {
  if (sources.length === 0) throw new CommandError(exits.usage, 'say what to read: -f FILE, -f FOLDER, -f https://… or -f - for standard input');
  const found: Manifest[] = [];
  for (const source of sources) for (const file of expand(source, recursive)) found.push(...parseManifests(await load(file), called(file)));
  if (found.length === 0) throw new CommandError(exits.usage, `no manifest in ${sources.map(called).join(', ')}`);
  return found;
}

function expand(source: string, recursive: boolean): string[] {
  if (source === '-' || isAddress(source)) return [source];
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat) throw new CommandError(exits.usage, `${source}: no such file or folder`);
  if (!stat.isDirectory()) return [source];
  const names = recursive ? (readdirSync(source, { recursive: true }) as string[]) : readdirSync(source);
  return names.filter((name) => extensions.includes(extname(name))).sort().map((name) => join(source, name)).filter((path) => !isFolder(path));
}

function called(source: string): string {
  return source === '-' ? 'standard input' : source;
}

/** Also a folder can be called x.yaml. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isAddress(source: string): boolean {
  return /^https?:\/\//.test(source);
}

function load(file: string): Promise<string> | string {
  if (isAddress(file)) return download(file);
  return file === '-' ? text(process.stdin) : readFileSync(file, 'utf8');
}
