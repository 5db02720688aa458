import { networkOf, type Inventory } from '@spawnit/contract';
import { inOrder, uidOf } from './orphans.js';
import { labels, type Engine, type EngineObject } from './engine.js';

/**
 * What has moved away or is gone. Pure. `objects` must have been listed BEFORE `inventory` was asked for: what is made
 * meanwhile is then not among them. What another control plane has put on the same engine is left alone.
 */
export function movedAway(objects: readonly EngineObject[], inventory: Pick<Inventory, 'cluster' | 'uids' | 'namespaces' | 'known'>): EngineObject[] {
  const uids = new Set(inventory.uids);
  const namespaces = new Set(inventory.namespaces);
  const known = inventory.known && new Set(inventory.known);
  const mayStand = (object: EngineObject) => {
    const uid = uidOf(object);
    if (uid !== undefined) return uids.has(uid) || known?.has(uid) === false;
    const namespace = object.labels[labels.namespace];
    return namespace === undefined || known !== undefined || object.name !== networkOf(namespace) || namespaces.has(namespace);
  };
  return inOrder(objects.filter((object) => object.labels[labels.cluster] === inventory.cluster && !mayStand(object)));
}

export interface SweepOptions {
  engine: Engine;
  engineId: string;
  inventory: () => Promise<Inventory>;
  /** Asked before each removal. */
  mayChange: () => boolean;
  onRemoved: (object: EngineObject) => void;
}

/** Removes what has moved away; gives the inventory, or undefined when that was of another engine or the lease ended meanwhile. */
export async function sweepEngine({ engine, engineId, inventory, mayChange, onRemoved }: SweepOptions): Promise<Inventory | undefined> {
  const objects = await engine.objects();
  const answer = await inventory();
  if (answer.engine !== engineId) return undefined;
  for (const object of movedAway(objects, answer)) {
    if (!mayChange()) return undefined;
    if (await engine.remove(object)) onRemoved(object);
  }
  return answer;
}
