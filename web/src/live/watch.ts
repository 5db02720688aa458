/** Why a stream is let go though nothing is wrong with it. */
export class Rested extends Error {
  override readonly name = 'Rested';
}

/** The server tells ages every 5 s; after this time (ms) without a word the connection is taken for dead. */
const silenceMs = 16_000;
/** A look that comes so late (ms) says that the computer slept, or the page was frozen. */
const sleptMs = 8_000;
/** A page that nobody looks at for so long (ms) lets its stream go: a browser has but six connections to a server. */
const unseenMs = 20_000;

/** Ends a stream that has died, was slept through, or that nobody looks at. Its clock is the wall's: timers stand still in a sleep. */
export class StreamWatch {
  readonly #ending = new AbortController();
  readonly #timer = setInterval(() => this.#look(), 1_000);
  #word = Date.now();
  #looked = Date.now();
  #seen = Date.now();

  readonly signal = this.#ending.signal;

  heard(): void {
    this.#word = Date.now();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = Date.now();
    if (!document.hidden) this.#seen = now;
    if (Math.abs(now - this.#looked) > sleptMs && !document.hidden) this.#ending.abort(new Rested('the page slept'));
    else if (now - this.#seen > unseenMs) this.#ending.abort(new Rested('nobody looks at this page'));
    else if (Math.abs(now - this.#word) > silenceMs) this.#ending.abort(new Error('the server has said nothing'));
    this.#looked = now;
  }
}

/** Until somebody looks at the page, or `signal`. */
export function untilSeen(signal: AbortSignal): Promise<void> {
  if (!document.hidden || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}
