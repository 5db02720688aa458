import { setTimeout as delay } from 'node:timers/promises';

/** After something that took so long, the next of the same is begun no sooner than as long after it. */
const longestPauseMs = 20;

interface Line<T> {
  /** Not begun yet: whoever asks now may have it. */
  next: Promise<T> | undefined;
  last: Promise<unknown>;
}

/** Does a thing once for all who ask for the same while one is under way. What each gets was begun after it asked, so it is no older than if it had been done for that one alone. */
export class Together<T> {
  readonly #lines = new Map<string, Line<T>>();

  /** Equal keys stand for equal acts. */
  get(key: string, act: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { next: undefined, last: Promise.resolve() };
    this.#lines.set(key, line);
    return (line.next ??= this.#after(key, line, act));
  }

  async #after(key: string, line: Line<T>, act: () => Promise<T>): Promise<T> {
    await line.last;
    line.next = undefined;
    const began = performance.now();
    const done = act();
    const pause = () => delay(Math.min(longestPauseMs, performance.now() - began));
    line.last = done.then(pause, () => undefined).finally(() => {
      if (line.next === undefined) this.#lines.delete(key);
    });
    return done;
  }
}
