import { isKeyed, isMap, keyPart, pathOf, valuePart, type Path } from './leaves.js';
import { below, type Shape } from './shape.js';

/** What is there with what an applier wants laid over it: maps and keyed lists are merged, anything else is replaced. Neither is changed. */
export function merge(shape: Shape | undefined, live: unknown, wanted: unknown): unknown {
  if (isMap(live) && isMap(wanted)) {
    const changed = Object.entries(wanted).map(([key, value]) => [key, merge(below(shape, key), Object.hasOwn(live, key) ? live[key] : undefined, value)]);
    return { ...live, ...(Object.fromEntries(changed) as object) };
  }
  if (shape?.keys && isKeyed(shape, live) && isKeyed(shape, wanted)) return mergeItems(shape, shape.keys, live, wanted);
  if (shape?.set && Array.isArray(live) && Array.isArray(wanted)) return [...new Set([...(live as unknown[]), ...(wanted as unknown[])])];
  return wanted;
}

function mergeItems(shape: Shape, keys: string[], live: Record<string, unknown>[], wanted: Record<string, unknown>[]): unknown[] {
  const items = new Map<string, unknown>(live.map((item) => [keyPart(keys, item), item]));
  for (const item of wanted) items.set(keyPart(keys, item), merge(shape.rest, items.get(keyPart(keys, item)), item));
  return [...items.values()];
}

/** A copy without the fields at these paths, and without the maps and lists that become empty by it. */
export function without(shape: Shape | undefined, value: unknown, gone: Iterable<string>): unknown {
  // What holds others goes first: an item without its keys could not be found any more.
  const paths = [...gone].map(pathOf).sort((a, b) => a.length - b.length);
  return paths.reduce((at, path) => remove(shape, at, path), value);
}

const nothing = Symbol('nothing');

function remove(shape: Shape | undefined, value: unknown, path: Path): unknown {
  const left = removed(shape, value, path);
  return left === nothing ? {} : left;
}

function removed(shape: Shape | undefined, value: unknown, [part, ...rest]: Path): unknown {
  if (part === undefined) return nothing;
  if (part.startsWith('f:')) {
    const key = part.slice(2);
    if (!isMap(value) || !Object.hasOwn(value, key)) return value;
    const { [key]: inner, ...others } = value;
    const left = removed(below(shape, key), inner, rest);
    if (left !== nothing) return { ...others, [key]: left };
    return Object.keys(others).length === 0 ? nothing : others;
  }
  if (!Array.isArray(value)) return value;
  const is = (item: unknown) => (shape?.keys && isMap(item) ? keyPart(shape.keys, item) : valuePart(item)) === part;
  const left = (value as unknown[]).flatMap((item) => {
    const after = is(item) ? removed(shape?.rest, item, rest) : item;
    return after === nothing ? [] : [after];
  });
  return left.length === 0 ? nothing : left;
}
