import type { Inventory } from '@spawnit/contract';
import { networkOf } from '../workdir/variables.js';
import { inOrder, uidOf } from './orphans.js';
import type { Engine, EngineObject } from './engine.js';
import type { Ledger } from './ledger.js';

export interface Known {
  uids: ReadonlySet<string>;
  namespaces: ReadonlySet<string>;
}

/**
 * What has moved away or is gone. Pure. `objects` must have been listed BEFORE `inventory` was asked for: what is made
 * meanwhile is then not among them.
 */
export function movedAway(objects: readonly EngineObject[], inventory: Known, ours: Known): EngineObject[] {
  return inOrder(
    objects.filter((object) => {
      const uid = uidOf(object);
      if (uid !== undefined) return ours.uids.has(uid) && !inventory.uids.has(uid);
      const namespace = object.labels['spawnit.dev/namespace'];
      if (object.kind !== 'network' || namespace === undefined || object.name !== networkOf(namespace)) return false;
      return ours.namespaces.has(namespace) && !inventory.namespaces.has(namespace);
    }),
  );
}

export interface SweepOptions {
  engine: Engine;
  engineId: string;
  ledger: Ledger;
  inventory: () => Promise<Inventory>;
  /** Asked before each removal. */
  mayChange: () => boolean;
  onRemoved: (object: EngineObject) => void;
}

/** Removes what has moved away; gives the inventory, or undefined when it is of another engine. */
export async function sweepEngine({ engine, engineId, ledger, inventory, mayChange, onRemoved }: SweepOptions): Promise<Inventory | undefined> {
  const [objects, ours] = await Promise.all([engine.objects(), ledger.read(engineId)]);
  const answer = await inventory();
  if (answer.engine !== engineId) return undefined;
  const known = { uids: new Set(answer.uids), namespaces: new Set(answer.namespaces) };
  for (const object of movedAway(objects, known, ours)) {
    if (!mayChange()) return undefined;
    if (await engine.remove(object)) onRemoved(object);
  }
  await forgetGone(engineId, ledger, known, ours, await engine.objects());
  return answer;
}

async function forgetGone(engineId: string, ledger: Ledger, known: Known, ours: Known, left: readonly EngineObject[]): Promise<void> {
  const standing = new Set(left.map(uidOf));
  for (const uid of ours.uids) if (!known.uids.has(uid) && !standing.has(uid)) await ledger.forget(engineId, 'uid', uid);
  const networks = new Set(left.map(({ name }) => name));
  for (const namespace of ours.namespaces) {
    if (!known.namespaces.has(namespace) && !networks.has(networkOf(namespace))) await ledger.forget(engineId, 'namespace', namespace);
  }
}
