import { performance } from 'node:perf_hooks';

export interface Broken {
  promise: string;
  what: string;
}

/** What happened, in order, and which promises were broken: what a person needs to find out why. */
export class Findings {
  readonly broken: Broken[] = [];
  readonly timeline: string[] = [];
  readonly #began = performance.now();
  readonly #known = new Set<string>();

  constructor(private readonly write: (line: string) => void) {}

  note(what: string): void {
    const line = `${((performance.now() - this.#began) / 1_000).toFixed(1).padStart(7)}  ${what}`;
    this.timeline.push(line);
    this.write(line);
  }

  /** The same finding is told once. */
  break(promise: string, what: string): void {
    if (this.#known.has(`${promise}${what}`)) return;
    this.#known.add(`${promise}${what}`);
    this.broken.push({ promise, what });
    this.note(`BROKEN ${promise}: ${what}`);
  }
}
