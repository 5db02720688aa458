import type { Event, Job, Namespace, Node, Resource, Service, Template } from '@spawnit/contract';
import { useSyncExternalStore } from 'react';

export interface Kinds {
  services: Service;
  jobs: Job;
  nodes: Node;
  templates: Template;
  events: Event;
  namespaces: Namespace;
}
export type Plural = keyof Kinds;
export const plurals: readonly Plural[] = ['services', 'jobs', 'nodes', 'templates', 'events', 'namespaces'];

type Objects = { readonly [P in Plural]?: readonly Kinds[P][] };

/**
 * Everything the stream has told, as immutable lists in the order of their names. Undefined until first told. Changes are
 * handed on once a frame, however many came.
 */
class LiveStore {
  readonly #maps = new Map<Plural, Map<string, Resource>>();
  #snapshot: Objects = {};
  readonly #dirty = new Set<Plural>();
  /** Kinds to which something was added since they were put in order: a change leaves an object where it is. */
  readonly #unsorted = new Set<Plural>();
  readonly #listeners = new Set<() => void>();
  #publishing: ReturnType<typeof setTimeout> | undefined;

  sync(plural: Plural, items: readonly Resource[]): void {
    this.#maps.set(plural, new Map(items.map((item) => [item.metadata.uid!, item])));
    this.#unsorted.add(plural);
    this.#touch(plural);
  }

  change(plural: Plural, type: string, object: Resource): void {
    const map = this.#maps.get(plural);
    if (!map) return;
    if (!map.has(object.metadata.uid!)) this.#unsorted.add(plural);
    if (type === 'DELETED') map.delete(object.metadata.uid!);
    else map.set(object.metadata.uid!, object);
    this.#touch(plural);
  }

  clear(): void {
    this.#maps.clear();
    // What was told before must not come back as an empty list, which would mean that there is none.
    this.#dirty.clear();
    this.#unsorted.clear();
    clearTimeout(this.#publishing);
    this.#snapshot = {};
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly read = () => this.#snapshot;

  #touch(plural: Plural): void {
    if (this.#dirty.size === 0) this.#publishing = setTimeout(() => this.#publish(), 16);
    this.#dirty.add(plural);
  }

  #publish(): void {
    const fresh = [...this.#dirty].map((plural) => [plural, this.#inOrder(plural)] as const);
    this.#dirty.clear();
    this.#unsorted.clear();
    this.#snapshot = { ...this.#snapshot, ...Object.fromEntries(fresh) };
    for (const listener of this.#listeners) listener();
  }

  #inOrder(plural: Plural): Resource[] {
    const objects = [...(this.#maps.get(plural)?.values() ?? [])];
    if (!this.#unsorted.has(plural)) return objects;
    objects.sort(byName);
    this.#maps.set(plural, new Map(objects.map((object) => [object.metadata.uid!, object])));
    return objects;
  }
}

export const live = new LiveStore();

/** All objects of a kind; undefined while they are not known yet. */
export function useAll<P extends Plural>(plural: P): readonly Kinds[P][] | undefined {
  return useSyncExternalStore(live.subscribe, () => live.read()[plural]) as readonly Kinds[P][] | undefined;
}

/** One object; null when there is none of that name. */
export function useOne<P extends Plural>(plural: P, name: string, namespace?: string): Kinds[P] | null | undefined {
  const all = useAll(plural) as readonly Resource[] | undefined;
  const found = all?.find(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace));
  return all && ((found as Kinds[P] | undefined) ?? null);
}

function byName(a: Resource, b: Resource): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

function keyOf({ metadata }: Resource): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
