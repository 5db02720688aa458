import { isKeyed, isMap, keyPart, valuePart } from './leaves.js';
import { below, type Shape } from './shape.js';
import { toTree, type FieldsV1 } from './wire.js';

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
  const tree = toTree(gone);
  if (Object.keys(tree).length === 0) return value;
  const left = stripped(shape, value, tree);
  return left === nothing ? {} : left;
}

const nothing = Symbol('nothing');

function stripped(shape: Shape | undefined, value: unknown, tree: FieldsV1): unknown {
  if ('.' in tree || Object.keys(tree).length === 0) return nothing;
  if (isMap(value)) {
    const entries = Object.entries(value).map(([key, inner]) => [key, Object.hasOwn(tree, `f:${key}`) ? stripped(below(shape, key), inner, tree[`f:${key}`]!) : inner]);
    const left = entries.filter(([, inner]) => inner !== nothing);
    return left.length === 0 ? nothing : (Object.fromEntries(left) as unknown);
  }
  if (!Array.isArray(value)) return value;
  const partOf = (item: unknown) => (shape?.keys && isMap(item) ? keyPart(shape.keys, item) : valuePart(item));
  const left = (value as unknown[]).map((item) => (Object.hasOwn(tree, partOf(item)) ? stripped(shape?.rest, item, tree[partOf(item)]!) : item)).filter((item) => item !== nothing);
  return left.length === 0 ? nothing : left;
}
