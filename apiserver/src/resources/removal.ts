import { jobKind, kinds, revisionKind, type Job, type KindDefinition, type Resource, type Revision } from '@spawnit/contract';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { all, deleteOp } from './records.js';
import type { Planned, WriteScope } from './write.js';

/** Drops a record for good, in one commit with all that belonged to it. */
export function planRemoval(view: View, scope: WriteScope, kind: KindDefinition, object: Resource): Planned {
  const more = scope.context.hooks.removal.flatMap((hook) => hook({ kind, object, view }));
  const keys = new Set<string>();
  const ops = [deleteOp(kind, object), ...dependents(view, kind, object), ...more].filter(({ key }) => !keys.has(key) && keys.add(key));
  return { ops, object: null };
}

/** What has no meaning without its owner. */
function dependents(view: View, kind: KindDefinition, { metadata: { uid, namespace, name } }: Resource): Op[] {
  if (kind.kind === 'Service') {
    const mine = (of: KindDefinition) => [...all<Job | Revision>(view, of, namespace)].filter((each) => each.spec.serviceUid === uid).map((each) => deleteOp(of, each));
    return [...mine(jobKind), ...mine(revisionKind)];
  }
  if (kind.kind !== 'Namespace') return [];
  return kinds.filter((each) => each.namespaced).flatMap((each) => [...all(view, each, name)].map((inner) => deleteOp(each, inner)));
}
