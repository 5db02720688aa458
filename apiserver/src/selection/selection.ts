import { ApiError, describeIdentity, type Identity, type KindDefinition, type Resource } from '@spawnit/contract';
import { parseFieldSelector } from './fields.js';
import { parseLabelSelector } from './labels.js';

/** Which objects a request is about. */
export type Selection = (object: Resource) => boolean;

/** By the request's selectors and by what the caller may see. Throws BadRequest and Forbidden. */
export function selectionOf(kind: KindDefinition, identity: Identity, query: { labelSelector?: string; fieldSelector?: string }): Selection {
  const visible = visibleTo(identity, kind);
  const labels = query.labelSelector ? parseLabelSelector(query.labelSelector) : undefined;
  const fields = query.fieldSelector ? parseFieldSelector(kind, query.fieldSelector) : undefined;
  return (object) => visible(object) && (!labels || labels(object.metadata.labels ?? {})) && (!fields || fields(object));
}

/** What the caller may read of this kind. A node sees itself and its jobs. Throws Forbidden when that is nothing. */
export function visibleTo(identity: Identity, kind: KindDefinition): Selection {
  switch (identity.role) {
    case 'admin': {
      const { namespaces } = identity;
      if (namespaces === undefined || ['Template', 'Module'].includes(kind.kind)) return () => true;
      if (kind.kind === 'Namespace') return ({ metadata }) => namespaces.includes(metadata.name);
      if (kind.namespaced) return ({ metadata }) => namespaces.includes(metadata.namespace ?? '');
      break;
    }
    case 'apiserver':
    case 'reconciler':
    case 'scheduler':
    case 'drift-controller':
      return () => true;
    case 'node':
      if (kind.kind === 'Node') return (object) => object.metadata.uid === identity.nodeUid;
      if (kind.kind === 'Job') return (object) => (object.status as { node?: string } | undefined)?.node === identity.name;
  }
  throw new ApiError('Forbidden', `${kind.plural} is forbidden: ${describeIdentity(identity)} cannot read ${kind.plural}`, { kind: kind.plural });
}
