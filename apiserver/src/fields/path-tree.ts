import { pathOf, type Path } from './leaves.js';

interface Node {
  /** Set where a path ends. */
  key?: string;
  readonly below: Map<string, Node>;
}

/** Paths as a tree: what a path lies in is found by going down it once, and not by spelling out all that it begins with. */
class PathTree {
  readonly #root: Node = { below: new Map() };

  constructor(paths: Iterable<string>) {
    for (const key of paths) this.#add(key);
  }

  /** The path itself, or else the longest that it lies in. An item of a list is there although the field within it is not. */
  nearest(path: Path): string | undefined {
    let found: string | undefined;
    let at: Node | undefined = this.#root;
    for (const [index, part] of path.entries()) {
      at = at.below.get(part);
      if (at === undefined) break;
      if (at.key !== undefined && (index === path.length - 1 || !part.startsWith('k:'))) found = at.key;
    }
    return found;
  }

  #add(key: string): void {
    let at = this.#root;
    for (const part of pathOf(key)) {
      const next = at.below.get(part) ?? { below: new Map<string, Node>() };
      at.below.set(part, next);
      at = next;
    }
    at.key = key;
  }
}

/** Gives for a path the one of `paths` that it is, or lies in. The tree is made when the first is not among them, which is seldom. */
export function nearestAmong(paths: { has(path: string): boolean; keys(): Iterable<string> }): (key: string) => string | undefined {
  let tree: PathTree | undefined;
  return (key) => (paths.has(key) ? key : (tree ??= new PathTree(paths.keys())).nearest(pathOf(key)));
}
