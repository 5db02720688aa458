import { isDeepStrictEqual } from 'node:util';
import { withEither, type FollowEvent, type Resource, type Resources } from '@spawnit/contract';
import { systemClock, type Clock } from './clock.js';

/** `namespace/name`, or the name alone for what has no namespace. */
export function keyOf(object: { metadata: { namespace?: string; name: string } }): string {
  return keyFor(object.metadata.namespace, object.metadata.name);
}

export function keyFor(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function splitKey(key: string): { namespace?: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** `object` is undefined when it is gone, `previous` when it is new. */
export type ChangeListener<R> = (key: string, object: R | undefined, previous: R | undefined) => void;

export interface InformerOptions {
  /** A full list this often, in ms, whatever the watch said: a missed event can't last longer. 5 min by default; 0 = never. */
  relistMs?: number;
  clock?: Clock;
  /** The watch broke and is being resumed. */
  onBreak?: (error: unknown) => void;
}

/** A local copy of one kind, kept by list and watch. What it holds may be late, so writes name the version they saw. */
export class Informer<R extends Resource> {
  /** Settles once everything there was at the start is here. */
  readonly synced: Promise<void>;
  private markSynced!: () => void;
  private readonly cache = new Map<string, R>();
  private readonly indexes = new Map<string, { valuesOf: (object: R) => Iterable<string>; keys: Map<string, Set<string>> }>();
  /** Who waits for a list that is yet to begin. */
  private awaiting: ((resourceVersion: string) => void)[] = [];
  private endRound: () => void = () => undefined;
  private readonly listeners = new Set<ChangeListener<R>>();

  constructor(
    private readonly resources: Pick<Resources<R>, 'follow'> & Partial<Pick<Resources<R>, 'kind'>>,
    private readonly options: InformerOptions = {},
  ) {
    this.synced = new Promise((resolve) => (this.markSynced = resolve));
  }

  get(key: string): R | undefined {
    return this.cache.get(key);
  }

  /** What it holds copies of. */
  get plural(): string {
    return this.resources.kind?.plural ?? 'objects';
  }

  get size(): number {
    return this.cache.size;
  }

  list(): R[] {
    return [...this.cache.values()];
  }

  keys(): string[] {
    return [...this.cache.keys()];
  }

  /** Lets `by(name, value)` find objects by what `valuesOf` says of them. */
  index(name: string, valuesOf: (object: R) => Iterable<string>): this {
    this.indexes.set(name, { valuesOf, keys: new Map() });
    for (const [key, object] of this.cache) this.reindex(key, object, undefined);
    return this;
  }

  by(name: string, value: string): R[] {
    const index = this.indexes.get(name);
    if (!index) throw new Error(`there is no index "${name}": call index("${name}", …) first`);
    return [...(index.keys.get(value) ?? [])].map((key) => this.cache.get(key)!);
  }

  /** Told of each change after it is in the cache. The answer ends it. */
  onChange(listener: ChangeListener<R>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Follows until `signal` is aborted; never throws for a server that is away. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const round = new AbortController();
      const stop = () => round.abort();
      const asked = this.awaiting;
      this.awaiting = [];
      this.endRound = stop;
      signal.addEventListener('abort', stop, { once: true });
      const cancel = this.relistAfter(stop);
      for await (const event of this.resources.follow({ signal: round.signal, onBreak: this.options.onBreak })) {
        this.take(event);
        if (event.type === 'SYNCED') for (const answer of asked.splice(0)) answer(event.resourceVersion);
      }
      this.awaiting.push(...asked);
      cancel();
      signal.removeEventListener('abort', stop);
    }
  }

  /** Lists anew until the list is not older than `resourceVersion`; or until the signal. A list may be older while the store does not answer. */
  async refresh(resourceVersion: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const version = await this.nextList(signal);
      if (version !== undefined && Number(version) >= Number(resourceVersion)) return;
    }
  }

  /** The version of a list that begins now; undefined when the signal comes first. */
  private async nextList(signal: AbortSignal): Promise<string | undefined> {
    const listed = new Promise<string>((resolve) => this.awaiting.push(resolve));
    this.endRound();
    return withEither([signal], (either) => Promise.race([listed, new Promise<undefined>((resolve) => (either.aborted ? resolve(undefined) : either.addEventListener('abort', () => resolve(undefined))))]));
  }

  private relistAfter(act: () => void): () => void {
    const { relistMs = 300_000, clock = systemClock } = this.options;
    return relistMs > 0 ? clock.after(relistMs, act) : () => undefined;
  }

  private take(event: FollowEvent<R>): void {
    if (event.type === 'SYNCED') this.replaceAll(event.items);
    else if (event.type === 'DELETED') this.put(keyOf(event.object), undefined);
    else this.put(keyOf(event.object), event.object);
  }

  private replaceAll(items: R[]): void {
    const here = new Set(items.map(keyOf));
    for (const key of this.keys()) if (!here.has(key)) this.put(key, undefined);
    for (const item of items) this.put(keyOf(item), item);
    this.markSynced();
  }

  private put(key: string, object: R | undefined): void {
    const previous = this.cache.get(key);
    if (isDeepStrictEqual(previous, object)) return;
    if (object) this.cache.set(key, object);
    else this.cache.delete(key);
    this.reindex(key, object, previous);
    for (const listener of this.listeners) listener(key, object, previous);
  }

  private reindex(key: string, object: R | undefined, previous: R | undefined): void {
    for (const { valuesOf, keys } of this.indexes.values()) {
      for (const value of previous ? valuesOf(previous) : []) {
        keys.get(value)?.delete(key);
        if (keys.get(value)?.size === 0) keys.delete(value);
      }
      for (const value of object ? valuesOf(object) : []) keys.set(value, (keys.get(value) ?? new Set()).add(key));
    }
  }
}
