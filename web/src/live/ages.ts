import { useSyncExternalStore } from 'react';

/** Plural → by name (nodes) or uid (services), seconds since it was heard or checked. */
export type Ages = Partial<Record<'nodes' | 'services', Record<string, number>>>;

const onTheWayMs = 700;

/** When nodes were heard and services checked, by this browser's clock: the server tells how long ago. */
class HeardTimes {
  readonly #at = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  take(ages: Ages): void {
    const now = Date.now();
    for (const [plural, of] of Object.entries(ages)) for (const [key, seconds] of Object.entries(of)) this.#hear(`${plural}/${key}`, now - seconds * 1_000);
    for (const listener of this.#listeners) listener();
  }

  /** The same word told once more differs only by the time it was on its way. */
  #hear(key: string, at: number): void {
    if (Math.abs(at - (this.#at.get(key) ?? 0)) > onTheWayMs) this.#at.set(key, at);
  }

  at(plural: keyof Ages, key: string): number | undefined {
    return this.#at.get(`${plural}/${key}`);
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

export const ages = new HeardTimes();

/** Wall clock (ms) of when a node was heard or a service checked last; undefined while it is not known. */
export function useHeard(plural: keyof Ages, key: string): number | undefined {
  return useSyncExternalStore(ages.subscribe, () => ages.at(plural, key));
}
