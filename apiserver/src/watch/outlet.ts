import type { ServerResponse } from 'node:http';

/** So many changes may wait for a slow reader before it is closed: it resumes from where it was. */
export const mostWaiting = 10_000;
const batchBytes = 64 * 1024;

/** What waits for all readers together, for /metrics. */
export class Pressure {
  items = 0;
  /** Readers that were closed for being too slow. */
  closed = 0;
}

/**
 * Writes a stream of items as fast as its reader takes them, and never more. Items are encoded only when their
 * turn comes, so that what waits costs no more than references.
 */
export class Outlet<T> {
  #waiting: T[] = [];
  #counted = 0;
  #pumping = false;
  #ended = false;
  /** So many of those that wait were there before the reader came: it is not slow for their sake. Undefined until all of them are here. */
  #backlog: number | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly encode: (item: T) => string,
    private readonly pressure = new Pressure(),
    private readonly limit = mostWaiting,
  ) {
    response.once('close', () => this.#drop());
  }

  /** Items that are there already, however many, in front of all that will come. */
  begin(items: Iterable<T>): void {
    if (this.response.destroyed) return;
    for (const item of items) this.#waiting.push(item);
    this.#count();
    void this.#pump();
  }

  /** What a watch that was just begun tells at once is the last that was there already. */
  begun(): void {
    queueMicrotask(() => (this.#backlog = this.#waiting.length));
  }

  /** False when the reader was so slow that it was closed, or has left. */
  push(item: T): boolean {
    if (this.#ended || this.response.destroyed) return false;
    if (this.#backlog !== undefined && this.#waiting.length - this.#backlog >= this.limit && this.#behind()) {
      this.pressure.closed += 1;
      this.destroy();
      return false;
    }
    this.#waiting.push(item);
    this.#count();
    void this.#pump();
    return true;
  }

  /** Ends once all that waits is written. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#pumping) this.response.end();
  }

  destroy(): void {
    this.#ended = true;
    this.#drop();
    this.response.destroy();
  }

  #drop(): void {
    this.#waiting = [];
    this.#count();
  }

  #count(): void {
    this.pressure.items += this.#waiting.length - this.#counted;
    this.#counted = this.#waiting.length;
  }

  #behind(): boolean {
    return this.#pumping || this.response.writableNeedDrain;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#waiting.length > 0 && !this.response.destroyed) {
      if (!this.response.write(this.#batch())) await drained(this.response);
    }
    this.#pumping = false;
    if (this.#ended) this.response.end();
  }

  #batch(): string {
    let text = '';
    let taken = 0;
    while (taken < this.#waiting.length && text.length < batchBytes) text += this.encode(this.#waiting[taken++]!);
    this.#waiting = this.#waiting.slice(taken);
    if (this.#backlog !== undefined) this.#backlog = Math.max(0, this.#backlog - taken);
    this.#count();
    return text;
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
