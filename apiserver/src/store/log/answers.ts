import type { StoreUnavailable } from '../object-store.js';
import type { Settings } from './options.js';

const firstPauseMs = 25;
const longestPauseMs = 1000;

/** How the store answers: what failed last, when it answered, and the pauses between tries. */
export class Answers {
  readonly #settings: Settings;
  /** In a row. */
  #failures = 0;
  #lastError: string | undefined;
  #last: number;
  #endPause: () => void = () => undefined;
  #over = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#last = settings.monotonic();
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** When it last answered, by the monotonic clock. */
  get last(): number {
    return this.#last;
  }

  get sinceMs(): number {
    return this.#settings.monotonic() - this.#last;
  }

  came(seq: number): void {
    if (this.#lastError !== undefined) this.#settings.log.info({ seq }, 'the object store answers again');
    this.#failures = 0;
    this.#lastError = undefined;
    this.#last = this.#settings.monotonic();
  }

  /** Waits before the next try, longer each time, with jitter; not at all once it is over. */
  async failed(error: StoreUnavailable, seq: number): Promise<void> {
    const { log, timers, random } = this.#settings;
    if (this.#lastError === undefined) log.warn({ err: error, seq }, 'the object store does not answer');
    this.#lastError = error.message;
    const ceiling = Math.min(firstPauseMs * 2 ** this.#failures++, longestPauseMs);
    if (this.#over) return;
    await new Promise<void>((resolve) => {
      const stopTimer = timers.after((ceiling * (1 + random())) / 2, resolve);
      this.#endPause = () => (stopTimer(), resolve());
    });
  }

  /** Nobody waits any more. */
  end(): void {
    this.#over = true;
    this.#endPause();
  }

  /** Calls `readOn` whenever nothing has answered for as long as a poll may take. Gives what ends it. */
  poll(readOn: () => void): () => void {
    let stop = () => undefined as void;
    const next = () => {
      const seen = this.#last;
      stop = this.#settings.timers.idle(this.#settings.pollMs, () => {
        // A round since the last look has read on already.
        if (this.#last === seen) readOn();
        next();
      });
    };
    next();
    return () => stop();
  }
}
