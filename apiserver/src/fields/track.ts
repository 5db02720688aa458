import type { Identity, KindDefinition, Resource } from '@spawnit/contract';
import { managersIn, managersSent, stored, withManagers, withoutManagers } from './managers.js';
import { ownersAfter, type FieldWrite } from './owners.js';

/** Notes in an object whose fields are whose. Kinds that only the system writes have fixed owners, and status has. Throws Conflict. */
export function withOwners(kind: KindDefinition, before: Resource | undefined, input: Resource, after: Resource, write: FieldWrite | undefined): Resource {
  if (kind.systemOnly) return after;
  const base = (before && write && managersSent(input, write.now)) ?? managersIn(before);
  if (write === undefined && base.length === 0) return after;
  const owners = ownersAfter(kind, before, after, base, write ?? { manager: '', now: '' });
  const managedFields = stored(owners.filter(({ manager }) => manager !== ''));
  const bare = withoutManagers(after);
  return managedFields ? { ...bare, metadata: { ...bare.metadata, managedFields } } : bare;
}

/** People and their programs see who owns what; the system's own have no use for it. */
export function served<R extends Resource>(kind: KindDefinition, object: R, to: Identity | undefined): R {
  return to?.role === 'admin' ? withManagers(kind, object) : withoutManagers(object);
}
