import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CommandError, exits } from '../exit.js';
import { parseManifests, type Manifest } from './parse.js';

const extensions = ['.yaml', '.yml', '.json'];

/** Reads every document of files, folders (their manifests, in order of name) or `-` for standard input. */
export async function readManifests(sources: string[]): Promise<Manifest[]> {
  if (sources.length === 0) throw new CommandError(exits.usage, 'say what to read: -f FILE, -f FOLDER or -f - for standard input');
  const found: Manifest[] = [];
  for (const source of sources) for (const file of expand(source)) found.push(...parseManifests(await load(file), file === '-' ? 'standard input' : file));
  if (found.length === 0) throw new CommandError(exits.usage, `no manifest in ${sources.join(', ')}`);
  return found;
}

function expand(source: string): string[] {
  if (source === '-') return [source];
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat) throw new CommandError(exits.usage, `${source}: no such file or folder`);
  if (!stat.isDirectory()) return [source];
  return readdirSync(source).filter((name) => extensions.includes(extname(name))).sort().map((name) => join(source, name));
}

function load(file: string): Promise<string> | string {
  return file === '-' ? text(process.stdin) : readFileSync(file, 'utf8');
}
