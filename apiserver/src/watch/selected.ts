import type { Resource } from '@spawnit/contract';
import { resourceOf } from '../resources/records.js';
import type { Selection } from '../selection/selection.js';
import type { Change } from '../store/log/view.js';

export interface SelectedChange {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: Resource;
}

/** What a change is to someone who sees only a selection: an object that comes into it is ADDED, one that leaves it DELETED. */
export function selected(change: Change, selection: Selection): SelectedChange | undefined {
  const object = resourceOf(change);
  const before = change.previous && selection(resourceOf({ value: change.previous, rv: change.rv }));
  const now = change.type !== 'DELETED' && selection(object);
  if (!before) return now ? { type: 'ADDED', object } : undefined;
  return { type: now ? 'MODIFIED' : 'DELETED', object };
}
