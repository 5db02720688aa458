import { lastApplied, type KindDefinition, type Resource } from '@spawnit/contract';
import { pathKey, pathOf } from './leaves.js';
import { managersIn } from './managers.js';
import { merge, without } from './merge.js';
import { fieldsOf } from './owners.js';
import { shapeOf } from './shape.js';

/** The object as it is with what an applier wants, and without what it wanted before and nobody wants any more. */
export function applied(kind: KindDefinition, live: Resource, wanted: Resource, manager: string): Resource {
  const { status: _status, ...config } = wanted;
  const shape = shapeOf(kind);
  const merged = merge(shape, without(shape, live, abandoned(kind, live, wanted, manager)), config) as Resource;
  return manager === 'kubectl' ? withLastApplied(merged, live, config as Resource) : merged;
}

function abandoned(kind: KindDefinition, live: Resource, wanted: Resource, manager: string): Set<string> {
  const managers = managersIn(live);
  const mine = managers.find((each) => each.manager === manager && each.operation === 'Apply');
  const others = managers.filter((each) => each !== mine).flatMap(({ fields }) => [...fields]);
  const kept = withHolders([...fieldsOf(kind, wanted).keys(), ...others]);
  return new Set([...(mine?.fields ?? [])].filter((path) => !kept.has(path) && !isKeyOf(path, kept)));
}

/** The paths, and those of all that they lie in. */
function withHolders(keys: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const key of keys) {
    const path = pathOf(key);
    // What one that is known lies in is known as well.
    for (let length = path.length; length > 0; length--) {
      const holder = pathKey(path.slice(0, length));
      if (all.has(holder)) break;
      all.add(holder);
    }
  }
  return all;
}

/** By its keys an item is told apart: while it stays for another's sake, so do they. */
function isKeyOf(key: string, kept: ReadonlySet<string>): boolean {
  const path = pathOf(key);
  const [item, field] = [path.at(-2), path.at(-1)];
  if (!item?.startsWith('k:') || !field?.startsWith('f:')) return false;
  return Object.hasOwn(JSON.parse(item.slice(2)) as object, field.slice(2)) && kept.has(pathKey(path.slice(0, -1)));
}

/** Whoever goes back to applying client-side finds what was applied last. */
function withLastApplied(merged: Resource, live: Resource, config: Resource): Resource {
  if (live.metadata.annotations?.[lastApplied] === undefined) return merged;
  const annotations = { ...merged.metadata.annotations, [lastApplied]: `${JSON.stringify(config)}\n` };
  return { ...merged, metadata: { ...merged.metadata, annotations } };
}
