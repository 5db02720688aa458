import { ApiError, type Resource } from '@spawnit/contract';
import type { Admission } from '../hooks.js';

/** Held until nothing is left in the namespace. */
export const namespaceFinalizer = 'spawnit.dev/contents';

/** A namespace is Active until it is deleted; then it is Terminating while its services are destroyed. */
export const admitNamespace: Admission = ({ kind, verb, object }) => {
  if (kind.kind !== 'Namespace') return object;
  if (verb === 'create') return { ...object, metadata: { ...object.metadata, finalizers: [namespaceFinalizer] }, status: { phase: 'Active' } } as Resource;
  if (verb !== 'delete') return object;
  if (object.metadata.name === 'default') throw new ApiError('Forbidden', 'namespaces "default" is forbidden: this namespace may not be deleted', { kind: 'namespaces', name: 'default' });
  return { ...object, status: { phase: 'Terminating' } } as Resource;
};
