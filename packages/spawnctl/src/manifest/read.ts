import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { kindByName, kinds, nearest, apiVersionOf, type KindDefinition, type Resource } from '@spawnit/contract';
import { LineCounter, parseAllDocuments } from 'yaml';
import { CommandError, exits } from '../exit.js';

export interface Manifest {
  kind: KindDefinition;
  resource: Resource;
  /** `file:line`, for messages. */
  from: string;
}

const extensions = ['.yaml', '.yml', '.json'];

/** Reads every document of files, folders (their manifests, in order of name) or `-` for standard input. */
export async function readManifests(sources: string[]): Promise<Manifest[]> {
  if (sources.length === 0) throw new CommandError(exits.usage, 'say what to read: -f FILE, -f FOLDER or -f - for standard input');
  const found: Manifest[] = [];
  for (const source of sources) for (const file of expand(source)) found.push(...parseManifests(await load(file), file === '-' ? 'standard input' : file));
  if (found.length === 0) throw new CommandError(exits.usage, `no manifest in ${sources.join(', ')}`);
  return found;
}

/** Parses YAML or JSON of any number of documents. Throws with file and line. */
export function parseManifests(content: string, file: string): Manifest[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(content, { lineCounter: lines, prettyErrors: false });
  return [...documents].flatMap((document) => {
    const broken = document.errors[0];
    if (broken) throw new CommandError(exits.usage, `${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`);
    const at = `${file}:${lines.linePos(document.contents?.range?.[0] ?? 0).line || 1}`;
    // A bound on aliases keeps a small file from growing into a huge one.
    const value = document.toJS({ maxAliasCount: 100 }) as Record<string, unknown> | null;
    if (value === null) return [];
    return value.kind === 'List' && Array.isArray(value.items) ? value.items.map((item) => manifestOf(item, at)) : [manifestOf(value, at)];
  });
}

function manifestOf(value: unknown, from: string): Manifest {
  const resource = value as Resource;
  if (typeof value !== 'object' || value === null || typeof resource.kind !== 'string') throw new CommandError(exits.usage, `${from}: not a resource: it has no kind`);
  const kind = kindByName(resource.kind);
  if (!kind) throw unknownKind(resource.kind, from);
  const version = apiVersionOf(kind);
  if (resource.apiVersion !== version) throw new CommandError(exits.usage, `${from}: a ${kind.kind} has apiVersion: ${version} (got ${String(resource.apiVersion)})`);
  if (!resource.metadata?.name) throw new CommandError(exits.usage, `${from}: metadata.name is missing`);
  return { kind, resource, from };
}

function unknownKind(word: string, from: string): CommandError {
  const near = nearest(word, kinds.map((k) => k.kind));
  return new CommandError(exits.usage, `${from}: there is no kind "${word}"${near ? `; did you mean "${near}"?` : ''}`);
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
