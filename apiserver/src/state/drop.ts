import { ApiError, type Resource } from '@spawnit/contract';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { forgetEvidence } from './evidence.js';
import { forgetAll } from './history.js';
import { findState, stateKey } from './records.js';

/**
 * What goes with a service's record, in the same commit. Throws Conflict while its state still knows of real things
 * (promise I8): a record is never dropped over something that stands.
 */
export function dropService(view: View, service: Resource): Op[] {
  const { namespace = '', name, uid = '' } = service.metadata;
  const at = { namespace, serviceUid: uid };
  const record = findState(view, namespace, uid);
  if (record === undefined) return forgetEvidence(view, at);
  const left = record.current?.resources ?? 0;
  if (left > 0) throw new ApiError('Conflict', `service ${namespace}/${name} cannot be dropped: its state still has ${left} real resource${left === 1 ? '' : 's'}; a destroy must succeed first`, { kind: 'services', name });
  return [{ op: 'delete', key: stateKey(namespace, uid) }, ...forgetAll(view, at), ...forgetEvidence(view, at)];
}
