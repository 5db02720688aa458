import { z } from 'zod';
import { labels, type Engine, type EngineObject } from './engine.js';

const State = z.object({ resources: z.array(z.object({ instances: z.array(z.object({ attributes: z.looseObject({ id: z.unknown().optional() }).nullish() })) })) });

/** Ids of all instances that a tofu state (version 4) names. */
export function idsInState(state: unknown): Set<string> {
  const { resources } = State.parse(state);
  return new Set(resources.flatMap(({ instances }) => instances.flatMap(({ attributes }) => (typeof attributes?.id === 'string' ? [attributes.id] : []))));
}

/** What a run that died left behind: labelled with the service's uid, but in no state. Volumes are kept: they hold data, and are found again by name. */
export function orphansOf(objects: readonly EngineObject[], inState: ReadonlySet<string>): EngineObject[] {
  return objects.filter(({ kind, id }) => kind !== 'volume' && !inState.has(id));
}

/**
 * Removes a service's orphans, so that the apply that follows does not find its names taken. The state is read only when
 * something stands there. Gives what was removed.
 */
export async function removeOrphans(engine: Engine, uid: string, readState: () => Promise<unknown>): Promise<EngineObject[]> {
  const removable = (await engine.objects({ uid })).filter(({ kind }) => kind !== 'volume');
  if (removable.length === 0) return [];
  const state = await readState();
  const orphans = orphansOf(removable, state === undefined ? new Set() : idsInState(state));
  for (const orphan of inOrder(orphans)) await engine.remove(orphan);
  return orphans;
}

/** Removes whatever a destroyed service may have left, volumes too; gives how many objects are still there. */
export async function removeRemains(engine: Engine, uid: string): Promise<number> {
  for (const object of inOrder(await engine.objects({ uid }))) await engine.remove(object);
  return (await engine.objects({ uid })).length;
}

/** Containers first: they hold on to networks and volumes. */
export function inOrder(objects: readonly EngineObject[]): EngineObject[] {
  const rank = { container: 0, network: 1, volume: 2 };
  return objects.toSorted((a, b) => rank[a.kind] - rank[b.kind]);
}

export function uidOf(object: EngineObject): string | undefined {
  return object.labels[labels.uid];
}
