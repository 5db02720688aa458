import { networkOf, type Inventory } from '@spawnit/contract';
import { RunFailure } from '../errors/causes.js';
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
  /** It stays until the next sweep; the engine says why. */
  onKept: (object: EngineObject, why: Error) => void;
}

/** Removes what has moved away; gives the inventory, or undefined when that was of another engine or the lease ended meanwhile. */
export async function sweepEngine({ engine, engineId, inventory, mayChange, onRemoved, onKept }: SweepOptions): Promise<Inventory | undefined> {
  const objects = await engine.objects();
  const answer = await inventory();
  if (answer.engine !== engineId) return undefined;
  for (const object of movedAway(objects, answer)) {
    if (!mayChange()) return undefined;
    try {
      if (await engine.remove(object)) onRemoved(object);
    } catch (error) {
      // One that the engine can't let go of holds nothing else up; an engine that is away does.
      if (error instanceof RunFailure || !(error instanceof Error)) throw error;
      onKept(object, error);
    }
  }
  return answer;
}
