import { ApiError, apiVersionOf, lastApplied, type Cause, type KindDefinition, type Resource } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import { leavesOf, pathKey, pathOf, shownPath } from './leaves.js';
import type { Manager } from './managers.js';
import { nearestAmong } from './path-tree.js';
import { shapeOf } from './shape.js';

/** Who writes, and for an apply what it wants. */
export interface FieldWrite {
  manager: string;
  /** ISO 8601. */
  now: string;
  /** The object as it was sent, before defaults: for a creation what the writer says, for an apply all it wants. */
  said?: Resource;
  apply?: { force: boolean };
}

/** What people declare; the rest has writers of its own. */
function declared(object: Resource): Record<string, unknown> {
  const { apiVersion: _apiVersion, kind: _kind, status: _status, metadata, ...rest } = object;
  const { labels, annotations, ownerReferences } = metadata ?? {};
  const { [lastApplied]: _last, ...others } = annotations ?? {};
  return { metadata: { ...(labels && { labels }), ...(Object.keys(others).length > 0 && { annotations: others }), ...(ownerReferences && { ownerReferences }) }, ...rest };
}

/** All that has owners: path → what stands there. */
export function fieldsOf(kind: KindDefinition, object: Resource | undefined): Map<string, unknown> {
  const leaves = object ? leavesOf(shapeOf(kind), declared(object)) : new Map<string, unknown>();
  leaves.delete(pathKey(['f:metadata']));
  return leaves;
}

/**
 * Whose fields are whose after a write. Who changes a field owns it; who applies owns all that it applies, together
 * with others who want the same. Throws Conflict when an apply would change what another owns, unless it is forced.
 */
export function ownersAfter(kind: KindDefinition, before: Resource | undefined, after: Resource, base: Manager[], write: FieldWrite): Manager[] {
  const [was, is] = [fieldsOf(kind, before), fieldsOf(kind, after)];
  const changed = new Set([...is].filter(([path, value]) => !was.has(path) || !isDeepStrictEqual(was.get(path), value)).map(([path]) => path));
  const operation = write.apply ? 'Apply' : 'Update';
  const isWriter = (each: Manager) => each.manager === write.manager && each.operation === operation;
  const nearest = nearestAmong(is);
  const said = write.said && standing(fieldsOf(kind, write.said).keys(), nearest);
  const mine = base.find(isWriter);
  const others = base.filter((each) => !isWriter(each));
  if (write.apply && !write.apply.force) assertUnowned(kind, before, others, changed, write);
  const fields = said ?? new Set([...(mine?.fields ?? []), ...changed]);
  const writer = { manager: write.manager, operation, time: write.now, fields } as const;
  const next = [...others.map((each) => ({ ...each, fields: minus(each.fields, changed) })), writer].map((each) => ({ ...each, fields: standing(each.fields, nearest) }));
  return next.map((each) => sameAsBefore(each, base)).filter(({ fields: { size } }) => size > 0);
}

/** Time moves only with the fields. */
function sameAsBefore(manager: Manager, base: Manager[]): Manager {
  const before = base.find((each) => each.manager === manager.manager && each.operation === manager.operation);
  const same = before !== undefined && before.fields.size === manager.fields.size && [...manager.fields].every((path) => before.fields.has(path));
  return same ? { ...manager, time: before.time } : manager;
}

/** Those of the paths that are there; of a field that was sealed or became a plain value, the value itself. */
function standing(paths: Iterable<string>, nearest: (path: string) => string | undefined): Set<string> {
  const found = new Set<string>();
  for (const path of paths) {
    const at = nearest(path);
    if (at !== undefined) found.add(at);
  }
  return found;
}

function minus(fields: ReadonlySet<string>, changed: ReadonlySet<string>): Set<string> {
  return new Set([...fields].filter((path) => !changed.has(path)));
}

function assertUnowned(kind: KindDefinition, before: Resource | undefined, others: Manager[], changed: ReadonlySet<string>, write: FieldWrite): void {
  const annotated = write.manager === 'kubectl' ? lastAppliedFields(kind, before) : undefined;
  const ours = nearestAmong(changed);
  const causes = others.flatMap((other) => {
    const theirs = nearestAmong(other.fields);
    const mayBeTaken = (path: string) => other.operation === 'Update' && annotated?.has(path) === true;
    const contested = [...[...changed].filter(theirs), ...[...other.fields].filter((path) => !changed.has(path) && ours(path))];
    return contested.filter((path) => !mayBeTaken(path)).map((path): Cause => ({ reason: 'FieldManagerConflict', field: shownPath(pathOf(path)), message: `conflict with ${described(kind, other)}` }));
  });
  if (causes.length === 0) return;
  const list = causes.slice(0, 20).map(({ message, field }) => `${message}: ${field}`).join('; ');
  const message = `Apply failed with ${causes.length} conflict${causes.length > 1 ? 's' : ''}: ${list}. Leave the field out, give it the same value, or take it over with force (--force-conflicts)`;
  throw new ApiError('Conflict', message, { kind: kind.plural, name: before?.metadata.name, causes: causes.slice(0, 100) });
}

function described(kind: KindDefinition, { manager, operation, time }: Manager): string {
  return `${JSON.stringify(manager)}${operation === 'Update' ? ' with its update' : ''} using ${apiVersionOf(kind)}${operation === 'Update' ? ` at ${time}` : ''}`;
}

/** `kubectl apply --server-side` may take over what the same person applied client-side: the annotation says what that was. */
function lastAppliedFields(kind: KindDefinition, before: Resource | undefined): ReadonlyMap<string, unknown> | undefined {
  const text = before?.metadata.annotations?.[lastApplied];
  if (text === undefined) return undefined;
  try {
    return fieldsOf(kind, JSON.parse(text) as Resource);
  } catch {
    return undefined;
  }
}

