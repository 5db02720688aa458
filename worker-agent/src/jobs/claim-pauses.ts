import { setTimeout as delay } from 'node:timers/promises';

/** After the first claim that failed; twice as long after each further one. */
const firstMs = 1_000;
const longestMs = 5_000;

/** Jobs whose claim has failed without a verdict: each is left alone for a while, so that a server in trouble isn't stormed. */
export class ClaimPauses {
  readonly #lastMs = new Map<string, number>();
  readonly #resting = new Set<string>();

  constructor(private readonly onEnd: () => void) {}

  rests(key: string): boolean {
    return this.#resting.has(key);
  }

  /** Gives how long it is, in ms. */
  begin(key: string): number {
    const ms = Math.min(longestMs, 2 * (this.#lastMs.get(key) ?? firstMs / 2));
    this.#lastMs.set(key, ms);
    this.#resting.add(key);
    void delay(ms, undefined, { ref: false }).then(() => {
      this.#resting.delete(key);
      this.onEnd();
    });
    return ms;
  }

  /** It was claimed, or is gone: the next trouble is a first one. */
  forget(key: string): void {
    this.#lastMs.delete(key);
  }

  keepOnly(known: { has(key: string): boolean }): void {
    for (const key of this.#lastMs.keys()) if (!known.has(key)) this.forget(key);
  }
}
