import { boundedKeys, pathOf, type Path } from './leaves.js';

/** Kubernetes' FieldsV1: a tree of path parts; `.` or no parts at all: the field itself. */
export interface FieldsV1 {
  [part: string]: FieldsV1;
}

export function toTree(paths: Iterable<string>): FieldsV1 {
  const root: FieldsV1 = {};
  const own = new Set(paths);
  for (const key of own) {
    let at = root;
    for (const part of pathOf(key)) at = at[part] ??= {};
    at['.'] = {};
  }
  return tidy(root);
}

/** A leaf needs no dot to say that it is meant. */
function tidy(node: FieldsV1): FieldsV1 {
  const keys = Object.keys(node);
  if (keys.length === 1 && keys[0] === '.') return {};
  return Object.fromEntries(keys.sort().map((key) => [key, key === '.' ? {} : tidy(node[key]!)]));
}

/** Parts of an unknown form are left out: what comes from outside is no one's. Throws PayloadTooLarge. */
export function fromTree(tree: unknown, keyOf = boundedKeys()): Set<string> {
  const paths = new Set<string>();
  gather(tree, [], (path) => paths.add(keyOf(path)));
  return paths;
}

const known = /^(f:|k:\{|v:)/;

function gather(node: unknown, path: Path, note: (path: Path) => void): void {
  if (typeof node !== 'object' || node === null) return;
  const parts = Object.keys(node);
  if (path.length > 0 && (parts.length === 0 || parts.includes('.'))) note(path);
  for (const part of parts) if (known.test(part)) gather((node as FieldsV1)[part], [...path, part], note);
}
