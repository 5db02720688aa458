import type { Call } from './history.js';
import { initial, nameOf, sameState, step, type State } from './model.js';

/** So many states are looked at before a history is called undecided, which counts as a violation. */
const mostStates = 1_000_000;

/**
 * Whether the calls to one record can be put into one order that explains all answers, each call somewhere between its
 * sending and its answer (Wing & Gong, with the memo of Lowe). Undefined when they can, else what stands in the way.
 */
export function checkRecord(calls: readonly Call[]): string | undefined {
  return new Search(calls).run();
}

class Search {
  readonly #known: Call[];
  /** Without an answer: each may be done at any time after its sending, or never. */
  readonly #open: Call[];
  readonly #done = new Set<Call>();
  readonly #seen = new Set<string>();
  readonly #index: Map<Call, number>;
  #deepest = -1;
  #obstacle = '';

  constructor(calls: readonly Call[]) {
    const sorted = [...calls].sort((a, b) => a.from - b.from);
    this.#known = sorted.filter(({ answer }) => answer);
    this.#open = sorted.filter(({ answer, operation }) => !answer && operation.do !== 'get');
    this.#index = new Map([...this.#known, ...this.#open].map((call, index) => [call, index]));
  }

  run(): string | undefined {
    return this.#extend(initial, 0) ? undefined : this.#obstacle;
  }

  /** True when the calls that are left fit behind this state. */
  #extend(from: State, first: number): boolean {
    const taken: Call[] = [];
    const settled = this.#takeReads(from, first, taken);
    if (settled.low === this.#known.length || this.#branch(settled.state, settled.low)) return true;
    for (const call of taken) this.#done.delete(call);
    return false;
  }

  /** Calls that change nothing and fit now can as well come now: no other order is lost by it. */
  #takeReads(state: State, low: number, taken: Call[]): { state: State; low: number } {
    for (;;) {
      while (low < this.#known.length && this.#done.has(this.#known[low]!)) low++;
      const before = taken.length;
      for (const call of this.#next(low)) {
        const after = step(state, call.operation, call.answer);
        if (!after || !sameState(after, state)) continue;
        state = after;
        this.#done.add(call);
        taken.push(call);
      }
      if (taken.length === before) return { state, low };
    }
  }

  #branch(state: State, low: number): boolean {
    const next = this.#next(low);
    if (!this.#isNew(state, low)) return false;
    this.#note(state, low, next);
    const until = bound(next);
    for (const call of [...next, ...this.#open.filter((each) => each.from < until && !this.#done.has(each))]) {
      const after = step(state, call.operation, call.answer);
      if (!after || sameState(after, state)) continue;
      this.#done.add(call);
      if (this.#extend(after, low)) return true;
      this.#done.delete(call);
    }
    return false;
  }

  /** Answered calls that may be the next: none of those left was answered before they were sent. */
  #next(low: number): Call[] {
    const next: Call[] = [];
    let until = Infinity;
    for (let i = low; i < this.#known.length && this.#known[i]!.from < until; i++) {
      const call = this.#known[i]!;
      if (this.#done.has(call)) continue;
      next.push(call);
      until = Math.min(until, call.to);
    }
    return next.filter((call) => call.from < until).sort((a, b) => a.to - b.to);
  }

  #isNew(state: State, low: number): boolean {
    if (this.#seen.size >= mostStates) throw new Error(`undecided after ${mostStates} states`);
    const ahead = [...this.#done].map((call) => this.#index.get(call)!).filter((index) => index > low).sort((a, b) => a - b);
    const name = `${low}:${ahead.join()}:${nameOf(state)}`;
    if (this.#seen.has(name)) return false;
    this.#seen.add(name);
    return true;
  }

  #note(state: State, low: number, next: Call[]): void {
    if (this.#done.size <= this.#deepest) return;
    this.#deepest = this.#done.size;
    const left = next.slice(0, 6).map((call) => JSON.stringify(call)).join('\n  ');
    this.#obstacle = `after ${this.#done.size} of ${this.#known.length} answered calls the record is ${JSON.stringify(state.object ?? 'absent')}, and next is none of\n  ${left}`;
  }
}

function bound(calls: Call[]): number {
  return Math.min(...calls.map(({ to }) => to));
}
