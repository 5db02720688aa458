import { ApiError, isObject } from '@spawnit/contract';
import { isSealed } from '../secrets/sealed-value.js';
import { below, type Shape } from './shape.js';

/** Parts of a path as in Kubernetes' FieldsV1: `f:name`, `k:{"key":"value"}`, `v:value`. */
export type Path = string[];

/** A path as the key of a map or set. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

export function pathOf(key: string): Path {
  return JSON.parse(key) as Path;
}

/** Characters that all paths of an object may come to: below a long chain of long names each field repeats it. */
const mostCharacters = 8_000_000;

/** Gives keys of paths, and throws PayloadTooLarge when they come to too much. */
export function boundedKeys(): (path: Path) => string {
  let left = mostCharacters;
  return (path) => {
    const key = pathKey(path);
    if ((left -= key.length) < 0) throw new ApiError('PayloadTooLarge', 'the object has too many fields below too long names: whose they are could not be kept');
    return key;
  };
}

/** Everything in a value that can have an owner: path → what stands there. */
export function leavesOf(shape: Shape | undefined, value: unknown): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const keyOf = boundedKeys();
  collect(shape, value, [], (path, leaf) => leaves.set(keyOf(path), leaf));
  return leaves;
}

function collect(shape: Shape | undefined, value: unknown, path: Path, note: (path: Path, value: unknown) => void): void {
  const add = (part: string, inner: unknown, of: Shape | undefined) => collect(of, inner, [...path, part], note);
  if (isMap(value)) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    for (const [key, inner] of entries) add(`f:${key}`, inner, below(shape, key));
    if (entries.length === 0 && path.length > 0) note(path, {});
  } else if (Array.isArray(value) && value.length === 0) {
    note(path, []);
  } else if (shape?.keys && isKeyed(shape, value)) {
    for (const item of value) {
      note([...path, keyPart(shape.keys, item)], undefined);
      add(keyPart(shape.keys, item), item, shape.rest);
    }
  } else if (shape?.set && Array.isArray(value)) {
    for (const item of value) note([...path, valuePart(item)], undefined);
  } else note(path, value);
}

/** What falls apart into its keys. A sealed secret is one value, whatever it holds. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !isSealed(value);
}

/** A list whose items can be told apart: all are objects. */
export function isKeyed(shape: Shape | undefined, value: unknown): value is Record<string, unknown>[] {
  return shape?.keys !== undefined && Array.isArray(value) && value.every(isMap);
}

export function keyPart(keys: string[], item: Record<string, unknown>): string {
  return `k:${JSON.stringify(Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]])))}`;
}

export function valuePart(value: unknown): string {
  return `v:${JSON.stringify(value)}`;
}

/** A path as kubectl shows it: `.spec.taints[key="gpu"].effect`. */
export function shownPath(path: Path): string {
  return path.map(shownPart).join('');
}

function shownPart(part: string): string {
  const rest = part.slice(2);
  if (part.startsWith('v:')) return `[=${rest}]`;
  if (!part.startsWith('k:')) return `.${rest}`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}
