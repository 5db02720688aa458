import { ApiError, kinds, type Identity, type KindDefinition } from '@spawnit/contract';
import { boundTo } from '../auth/namespaces.js';
import { owns } from '../resources/ownership.js';
import { visibleTo } from '../selection/selection.js';

export const readVerbs = ['get', 'list', 'watch'];
const writeVerbs = ['create', 'update', 'patch', 'delete', 'deletecollection'];

export interface Verdict {
  allowed: boolean;
  reason: string;
}

/** Asked for by `resource`, which may be `*`; a verb may be `*` as well. */
export interface Question {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
}

/** Whether the caller may, by the same rules that the routes keep. Of some objects only, where a node sees but its own. */
export function may(identity: Identity, { verb, group, resource, subresource }: Question): Verdict {
  const asked = kinds.filter((kind) => (group === '*' || kind.group === group) && (resource === '*' || kind.plural === resource));
  if (asked.length === 0) return { allowed: false, reason: `there is no resource ${JSON.stringify(resource)} in group ${JSON.stringify(group)}` };
  const refused = asked.find((kind) => !verbsOf(identity, kind, subresource).some((known) => known === verb) && !(verb === '*' && allOf(identity, kind)));
  if (refused === undefined) return { allowed: true, reason: '' };
  return { allowed: false, reason: `${refused.plural} are written by ${refused.systemOnly ? refused.writers.join(' and ') : ['people', ...refused.writers].join(' and ')}` };
}

/** What the caller may do with objects of a kind, or with a part of them. */
export function verbsOf(identity: Identity, kind: KindDefinition, subresource = ''): string[] {
  const reads = sees(identity, kind) ? (subresource === '' ? readVerbs : ['get']) : [];
  return [...reads, ...changes(identity, kind, subresource)];
}

function allOf(identity: Identity, kind: KindDefinition): boolean {
  return [...readVerbs, ...writeVerbs].every((verb) => verbsOf(identity, kind).includes(verb));
}

function changes(identity: Identity, kind: KindDefinition, subresource: string): string[] {
  if (['node', 'run', 'joiner'].includes(identity.role)) return [];
  if (boundTo(identity) && !kind.namespaced) return [];
  if (subresource === 'status') return Object.values(kind.statusOwners).some((roles) => roles.includes(identity.role)) ? ['update', 'patch'] : [];
  if (subresource !== '') return identity.role === 'admin' ? ['create'] : [];
  if (owns(identity, kind)) return writeVerbs;
  return identity.role === 'admin' && kind.peopleMayWrite ? ['update', 'patch'] : [];
}

function sees(identity: Identity, kind: KindDefinition): boolean {
  try {
    visibleTo(identity, kind);
    return true;
  } catch (error) {
    if (ApiError.is(error, 'Forbidden')) return false;
    throw error;
  }
}
