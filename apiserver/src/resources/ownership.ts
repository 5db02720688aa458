import { ApiError, describeIdentity, isObject, type Condition, type Identity, type KindDefinition, type Resource, type Role } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';

/** Nodes and their runs report by the agent routes, which know whose job is whose; who only may join does nothing here. Throws Forbidden. */
export function assertWritesHere(identity: Identity, what: string): void {
  if (!['node', 'run', 'joiner'].includes(identity.role)) return;
  throw new ApiError('Forbidden', `${what} is forbidden: ${describeIdentity(identity)} writes by the agent routes only`);
}

/** Throws Forbidden unless the caller may create or delete objects of this kind. */
export function assertMayOwn(identity: Identity, kind: KindDefinition, verb: 'create' | 'delete', name: string): void {
  if (owns(identity, kind)) return;
  throw forbidden(identity, verb, kind, name, ownerOf(kind));
}

/** Throws Forbidden unless the caller may change what differs in metadata and spec. */
export function assertMayUpdate(identity: Identity, kind: KindDefinition, before: Resource, after: Resource): void {
  const changes = changedPaths(mainPart(before), mainPart(after), kind.flat ? 1 : 2);
  const finalizers = changes.filter((path) => path === 'metadata.finalizers');
  if (finalizers.length > 0 && identity.role !== 'reconciler' && identity.role !== 'apiserver')
    throw forbidden(identity, 'update', kind, before.metadata.name, 'metadata.finalizers belongs to the reconciler, which takes it away when nothing real is left', 'metadata.finalizers');
  const others = changes.filter((path) => path !== 'metadata.finalizers');
  if (others.length === 0 || owns(identity, kind)) return;
  const allowed = identity.role === 'admin' ? (kind.peopleMayWrite ?? []) : [];
  const refused = others.find((path) => !allowed.some((prefix) => within(path, prefix)));
  if (refused !== undefined) throw forbidden(identity, 'update', kind, before.metadata.name, ownerOf(kind), refused);
}

/** Throws Forbidden unless each part of the status that differs belongs to the caller's role. */
export function assertMayWriteStatus(identity: Identity, kind: KindDefinition, before: Resource, after: Resource): void {
  for (const path of changedStatus(before.status, after.status)) {
    const owners = statusOwners(kind, path);
    if (identity.role === 'apiserver' || owners.includes(identity.role)) continue;
    const belongs = owners.length > 0 ? `it belongs to ${owners.join(' and ')}` : 'no caller may';
    throw forbidden(identity, 'update', kind, before.metadata.name, belongs, `status.${path}`);
  }
}

/** Paths below `status` that differ; conditions are told apart by type, as `conditions[Ready]`. */
function changedStatus(before: unknown, after: unknown): string[] {
  const { conditions: was, ...old } = (before ?? {}) as { conditions?: Condition[] };
  const { conditions: is, ...now } = (after ?? {}) as { conditions?: Condition[] };
  const types = new Set([...(was ?? []), ...(is ?? [])].map((c) => c.type));
  const of = (list: Condition[] | undefined, type: string) => list?.find((c) => c.type === type);
  const conditions = [...types].filter((type) => !isDeepStrictEqual(of(was, type), of(is, type))).map((type) => `conditions[${type}]`);
  return [...conditions, ...changedPaths(old, now, 3)];
}

/** Roles that may write this path: of the longest path that it lies under. */
function statusOwners(kind: KindDefinition, path: string): Role[] {
  const paths = Object.keys(kind.statusOwners).filter((prefix) => within(path, prefix));
  const longest = paths.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? [] : kind.statusOwners[longest]!;
}

/** Dotted paths that differ between two objects, at most `depth` parts long. */
export function changedPaths(before: unknown, after: unknown, depth: number, at = ''): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (depth === 0 || !isObject(before) || !isObject(after)) return [at];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changedPaths(before[key], after[key], depth - 1, at === '' ? key : `${at}.${key}`));
}

function mainPart(object: Resource): Record<string, unknown> {
  const { status: _status, metadata, ...rest } = object;
  const { resourceVersion: _rv, generation: _generation, ...kept } = metadata;
  return JSON.parse(JSON.stringify({ ...rest, metadata: kept })) as Record<string, unknown>;
}

export function owns(identity: Identity, kind: KindDefinition): boolean {
  if (identity.role === 'apiserver') return true;
  return identity.role === 'admin' ? kind.systemOnly !== true : kind.writers.includes(identity.role);
}

function ownerOf(kind: KindDefinition): string {
  const owners = [...(kind.systemOnly ? [] : ['people']), ...kind.writers];
  const also = kind.peopleMayWrite ? `; people may change ${kind.peopleMayWrite.join(' and ')}` : '';
  return `${kind.plural} are written by ${owners.join(' and ')}${also}`;
}

function within(path: string, prefix: string): boolean {
  return prefix === '' || path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`);
}

function forbidden(identity: Identity, verb: string, kind: KindDefinition, name: string, why: string, field?: string): ApiError {
  const what = `${kind.plural}${kind.group === '' ? '' : `.${kind.group}`} ${JSON.stringify(name)}`;
  const message = `${what} is forbidden: ${describeIdentity(identity)} cannot ${verb} ${field ?? 'it'}: ${why}`;
  return new ApiError('Forbidden', message, { kind: kind.plural, name, ...(field && { causes: [{ field, reason: 'FieldForbidden', message: why }] }) });
}
