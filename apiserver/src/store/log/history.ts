import { asError } from '@spawnit/contract';
import { RegistryClosed, WatchExpired } from './errors.js';
import type { Change } from './view.js';

export type Unsubscribe = () => void;

export interface WatchOptions {
  /** Only keys that start with it. */
  prefix?: string;
  /** The resourceVersion after which to begin: of a record, of a list, or `registry.rv`. */
  after: number;
  /** Told when the watch can't go on (its own callback threw, or the registry stopped). */
  onEnd?: (error: Error) => void;
}

/** Bounds are passed by so much before changes are cut off again. */
export const slack = 1.25;

/** What is held at most, but for the slack. */
export interface HistoryBounds {
  changes: number;
  /** Of JSON of what they superseded, in characters: so much more than the records is in memory. */
  bytes: number;
}

interface Watcher {
  prefix: string;
  after: number;
  deliver: (change: Change) => void;
  onEnd: (error: Error) => void;
}

/** The latest changes, in order, and those who follow them. */
export class History {
  /** All changes after this resourceVersion are held. */
  #floor: number;
  #changes: Change[] = [];
  #bytes = 0;
  readonly #bounds: HistoryBounds;
  readonly #watchers = new Set<Watcher>();

  constructor(floor: number, bounds: HistoryBounds) {
    this.#floor = floor;
    this.#bounds = bounds;
  }

  get floor(): number {
    return this.#floor;
  }

  /** Changes that are held. */
  get size(): number {
    return this.#changes.length;
  }

  /** Their size. */
  get bytes(): number {
    return this.#bytes;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  add(changes: Change[]): void {
    for (const change of changes) {
      this.#changes.push(change);
      this.#bytes += change.size;
    }
    this.#trim();
    for (const watcher of this.#watchers) this.#drain(watcher);
  }

  /** Throws WatchExpired when changes since `after` are no longer held. Delivers from the next microtask on. */
  watch({ prefix = '', after, onEnd = () => undefined }: WatchOptions, deliver: (change: Change) => void): Unsubscribe {
    if (after < this.#floor) throw new WatchExpired(after, this.#floor);
    const watcher: Watcher = { prefix, after, deliver, onEnd };
    this.#watchers.add(watcher);
    queueMicrotask(() => this.#drain(watcher));
    return () => void this.#watchers.delete(watcher);
  }

  /** All changes after this resourceVersion. Throws WatchExpired when they are no longer held. */
  since(after: number): Change[] {
    if (after < this.#floor) throw new WatchExpired(after, this.#floor);
    return this.#changes.slice(this.#firstAfter(after));
  }

  close(error: Error = new RegistryClosed('the registry was closed')): void {
    for (const watcher of [...this.#watchers]) this.#end(watcher, error);
  }

  #drain(watcher: Watcher): void {
    if (watcher.after < this.#floor) return this.#end(watcher, new WatchExpired(watcher.after, this.#floor));
    for (let i = this.#firstAfter(watcher.after); i < this.#changes.length && this.#watchers.has(watcher); i++) {
      const change = this.#changes[i]!;
      watcher.after = change.rv;
      if (!change.key.startsWith(watcher.prefix)) continue;
      try {
        watcher.deliver(change);
      } catch (error) {
        this.#end(watcher, asError(error));
      }
    }
  }

  #end(watcher: Watcher, error: Error): void {
    if (this.#watchers.delete(watcher)) watcher.onEnd(error);
  }

  #firstAfter(rv: number): number {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#changes[middle]!.rv <= rv) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Cuts only now and then, so that each change costs little. Nobody who keeps up is behind the cut. */
  #trim(): void {
    const { changes, bytes } = this.#bounds;
    if (this.#changes.length <= changes * slack && this.#bytes <= bytes * slack) return;
    for (const watcher of this.#watchers) this.#drain(watcher);
    let cut = 0;
    for (; this.#changes.length - cut > changes || this.#bytes > bytes; cut++) this.#bytes -= this.#changes[cut]!.size;
    this.#floor = this.#changes[cut - 1]!.rv;
    this.#changes = this.#changes.slice(cut);
  }
}
