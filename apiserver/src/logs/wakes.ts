/** Lets some wait for what others do, with a bound. */
export class Wakes {
  #count = 0;
  readonly #waiting = new Map<string, Set<() => void>>();

  /** To be taken before looking, so that what happens between look and wait is not missed. */
  get count(): number {
    return this.#count;
  }

  wake(key: string): void {
    this.#count++;
    for (const end of [...(this.#waiting.get(key) ?? [])]) end();
  }

  /** Ends when `key` is woken, after `ms`, when the signal says so, or at once if anything was woken since `count`. */
  wait(key: string, count: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#count !== count || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(key) ?? new Set();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        waiting.delete(end);
        if (waiting.size === 0) this.#waiting.delete(key);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
      this.#waiting.set(key, waiting.add(end));
    });
  }
}
