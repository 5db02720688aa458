import { apiVersionOf, kindByName, kinds, nearest, type KindDefinition, type Resource } from '@spawnit/contract';
import { isMap, isNode, isScalar, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { CommandError, exits } from '../exit.js';

export interface Manifest {
  kind: KindDefinition;
  resource: Resource;
  /** `file:line` of a field, such as `spec.parameters.ports[0]`, or of what holds it; without a field, of the document. */
  at(field?: string): string;
}

/** Parses YAML or JSON of any number of documents. Throws with file and line. */
export function parseManifests(content: string, file: string): Manifest[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(content, { lineCounter: lines, prettyErrors: false, merge: true });
  return [...documents].flatMap((document) => {
    const broken = document.errors[0];
    if (broken) throw new CommandError(exits.usage, `${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`);
    const locate = (path: Path) => (field?: string) => `${file}:${lineOf(document, lines, [...path, ...pathOf(field ?? '')])}`;
    const value = toJs(document, locate([])());
    if (value === null || value === undefined) return [];
    const { kind, items } = value as { kind?: unknown; items?: unknown };
    return kind === 'List' && Array.isArray(items) ? items.map((item, i) => manifestOf(item, locate(['items', i]))) : [manifestOf(value, locate([]))];
  });
}

type Path = (string | number)[];

/** A bound on aliases keeps a small file from growing into a huge one. */
function toJs(document: Document, at: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new CommandError(exits.usage, `${at}: ${(error as Error).message}`);
  }
}

function manifestOf(value: unknown, at: Manifest['at']): Manifest {
  const resource = value as Resource;
  const refuse = (why: string, field?: string) => new CommandError(exits.usage, `${at(field)}: ${why}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('not a resource: a mapping with apiVersion, kind and metadata is expected');
  if (typeof resource.kind !== 'string') throw refuse('not a resource: it has no kind');
  const kind = kindByName(resource.kind);
  const near = nearest(resource.kind, kinds.map((k) => k.kind));
  if (!kind) throw refuse(`kind: there is no kind "${resource.kind}"${near ? `; did you mean "${near}"?` : ''}`, 'kind');
  const version = apiVersionOf(kind);
  if (resource.apiVersion !== version) throw refuse(`apiVersion: a ${kind.kind} has apiVersion: ${version} (got ${String(resource.apiVersion)})`, 'apiVersion');
  if (typeof resource.metadata?.name !== 'string') throw refuse(resource.metadata?.name === undefined ? 'metadata.name: is required' : 'metadata.name: must be text; put it in quotes', 'metadata.name');
  return { kind, resource, at };
}

function pathOf(field: string): Path {
  return [...field.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** The line of the key that leads to the deepest part of the path that is there. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const start = startOf(document, path.slice(0, depth));
    if (start !== undefined) return lines.linePos(start).line;
  }
  return lines.linePos(document.contents?.range?.[0] ?? 0).line || 1;
}

function startOf(document: Document, path: Path): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1)!;
  if (isMap(parent)) {
    const key = parent.items.find((pair) => (isScalar(pair.key) ? String(pair.key.value) : undefined) === String(last))?.key;
    return isNode(key) ? key.range?.[0] : undefined;
  }
  const item = document.getIn(path, true);
  return isNode(item) ? item.range?.[0] : undefined;
}
