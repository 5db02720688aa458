import { ApiError } from '@spawnit/contract';
import type { ServerContext } from '../context.js';

/** Names this control plane on real objects; the same on every apiserver of a bucket. */
export function clusterId({ registry }: ServerContext): string {
  const uid = registry.view.get('meta/cluster')?.value['uid'];
  if (typeof uid !== 'string') throw new ApiError('InternalError', 'the record of this cluster is missing', { internal: 'meta/cluster has no uid' });
  return uid;
}
