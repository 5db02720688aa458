import type { SimulatedProcess } from './simulated-process.js';

interface Entry {
  at: number;
  order: number;
  process: SimulatedProcess | undefined;
  act: () => void;
}

// Before anyone replaces it: the only piece of real time in a simulation, between two of its steps.
const realSetImmediate = setImmediate;
/** So many steps in one turn of Node's own loop, which empties its microtasks between two of them all the same. */
const stepsPerTurn = 100;

/**
 * Virtual time: one thing happens after another, each at its moment, and everything that follows from it without waiting
 * (all microtasks) happens before the next. So at any moment just one process runs, which is `current`.
 */
export class Timeline {
  now = 0;
  steps = 0;
  current: SimulatedProcess | undefined;
  readonly #heap: Entry[] = [];
  #order = 0;

  /** Lets it happen in a process (in none: in the world itself) after `ms` of true time. The answer takes it back. */
  after(ms: number, process: SimulatedProcess | undefined, act: () => void): () => void {
    const entry: Entry = { at: this.now + Math.max(0, ms), order: this.#order++, process, act };
    this.#push(entry);
    return () => void (entry.act = taken);
  }

  sleep(ms: number, process?: SimulatedProcess): Promise<void> {
    return new Promise((resolve) => this.after(ms, process, resolve));
  }

  /** Goes on until `done`, asked before each step, or until nothing is left to happen. Rejects with what `done` throws. */
  run(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let over = false;
      const step = () => {
        if (over) return;
        try {
          over = this.#isOverAfterNext(done);
          if (over) resolve();
        } catch (error) {
          over = true;
          reject(error as Error);
        }
      };
      const turn = () => {
        if (over) return;
        for (let n = 0; n < stepsPerTurn; n++) realSetImmediate(step);
        realSetImmediate(turn);
      };
      turn();
    });
  }

  #isOverAfterNext(done: () => boolean): boolean {
    this.current = undefined;
    if (done()) return true;
    const entry = this.#pop();
    if (entry === undefined) return true;
    this.now = entry.at;
    this.#happen(entry);
    return false;
  }

  #happen({ process, act }: Entry): void {
    if (act === taken || process?.dead) return;
    if (process?.stopped) return void process.backlog.push(act);
    this.steps++;
    this.current = process;
    act();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function taken(): void {
  // Taken back before its time came.
}
