import { assertKey, compareUtf8, StoreUnavailable } from './object-store.js';
import type { ListPage, ObjectStore, PutResult } from './object-store.js';
import { SortedMap } from './log/sorted-map.js';

/** One operation on its way to the store, as a fault hook sees it. */
export interface StoreCall {
  op: 'get' | 'putIfAbsent' | 'list' | 'delete';
  key: string;
}

/** What goes wrong with one operation. Promises let a simulation's own clock decide when. */
export interface Fault {
  /** The operation takes effect only after this. */
  before?: Promise<unknown>;
  /** The answer comes only after this. */
  after?: Promise<unknown>;
  /**
   * - `fail`: refused, nothing is written;
   * - `landed`: it takes effect and the answer is lost;
   * - `lost`: it never takes effect and the answer is lost;
   * - `late`: the answer is lost now, and it takes effect once `lands` is resolved.
   */
  outcome?: 'fail' | 'landed' | 'lost' | 'late';
  lands?: Promise<unknown>;
}

export type FaultHook = (call: StoreCall) => Fault | undefined;

/** The objects themselves: several MemoryStores over one bucket stand for several servers. */
export class MemoryBucket {
  readonly objects = new SortedMap<Buffer>(compareUtf8);
}

/** Keeps objects in memory, for tests and simulation; deterministic, with faults on demand. */
export class MemoryStore implements ObjectStore {
  readonly name = 'memory';
  readonly #objects: SortedMap<Buffer>;
  readonly #fault: FaultHook;

  constructor(bucket = new MemoryBucket(), fault: FaultHook = () => undefined) {
    this.#objects = bucket.objects;
    this.#fault = fault;
  }

  get(key: string): Promise<Buffer | undefined> {
    return this.#call({ op: 'get', key }, () => copy(this.#objects.get(key)));
  }

  putIfAbsent(key: string, body: Buffer): Promise<PutResult> {
    const bytes = Buffer.from(body);
    return this.#call({ op: 'putIfAbsent', key }, () => {
      if (this.#objects.has(key)) return 'exists';
      this.#objects.set(key, bytes);
      return 'created';
    });
  }

  list(prefix: string, page: ListPage = {}): Promise<string[]> {
    return this.#call({ op: 'list', key: prefix }, () => this.#keys(prefix, page));
  }

  delete(key: string): Promise<void> {
    return this.#call({ op: 'delete', key }, () => void this.#objects.delete(key));
  }

  async close(): Promise<void> {}

  async #call<T>(call: StoreCall, effect: () => T): Promise<T> {
    if (call.op !== 'list') assertKey(call.key);
    const fault = this.#fault(call);
    await fault?.before;
    if (fault?.outcome === undefined) {
      const answer = effect();
      await fault?.after;
      return answer;
    }
    if (fault.outcome === 'landed') effect();
    if (fault.outcome === 'late') void fault.lands?.then(effect);
    await fault.after;
    const ambiguous = fault.outcome !== 'fail' && call.op === 'putIfAbsent';
    throw new StoreUnavailable(`memory: ${call.op} of ${call.key} failed by order (${fault.outcome})`, { ambiguous });
  }

  #keys(prefix: string, { after, limit = Infinity }: ListPage): string[] {
    const found: string[] = [];
    const from = after !== undefined && compareUtf8(after, prefix) > 0 ? after : prefix;
    for (const key of this.#objects.keysFrom(from)) {
      if (found.length >= limit || !key.startsWith(prefix)) break;
      if (key !== after) found.push(key);
    }
    return found;
  }
}

function copy(body: Buffer | undefined): Buffer | undefined {
  return body && Buffer.from(body);
}
