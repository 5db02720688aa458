import { ApiError, nodeKind, type Node } from '@spawnit/contract';
import { find } from '../resources/records.js';
import type { View } from '../store/log/view.js';
import type { NodeIdentity } from './caller.js';

/**
 * The caller's node. It was asked who calls before the view was up to date: since then it may have been deleted, and its name
 * may be another machine's. Throws Unauthorized, upon which an agent gives up its work and joins again.
 */
export function ownNode(view: View, { name, nodeUid }: NodeIdentity): Node {
  const node = find<Node>(view, nodeKind, undefined, name);
  if (node === undefined) throw new ApiError('Unauthorized', `node ${name} is gone: join again`);
  if (node.metadata.uid !== nodeUid) throw new ApiError('Unauthorized', `node ${name} is another machine by now: join again`);
  return node;
}
