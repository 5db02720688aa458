import { setTimeout as delay } from 'node:timers/promises';
import type { Redactor } from './redact.js';

export interface ShipperOptions {
  /** Sends bytes at an offset; answers how many bytes the server has. Throws while it can't be reached. */
  send: (offset: number, bytes: Buffer, signal: AbortSignal) => Promise<number>;
  redactor: Redactor;
  /** Gives up: the job is no longer ours. */
  isFinal: (error: unknown) => boolean;
  bounds?: Partial<typeof defaultBounds>;
}

export const defaultBounds = { batchBytes: 64 * 1024, batchMs: 200, heldBytes: 4 * 1024 * 1024, tailBytes: 64 * 1024, retryMs: 1_000 };

/**
 * Carries a job's log to the server: redacted, in order, each piece again until it is acknowledged. Writing never waits; past
 * the bound of memory the middle is left out, and the log says how much.
 */
export class LogShipper {
  readonly #bounds: typeof defaultBounds;
  readonly #decoder = new TextDecoder();
  readonly #stop = new AbortController();
  readonly #sending: Promise<void>;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #tail = Buffer.alloc(0);
  #leftOut = 0;
  #gaps = 0;
  #offset = 0;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(private readonly options: ShipperOptions) {
    this.#bounds = { ...defaultBounds, ...options.bounds };
    this.#sending = this.#run();
  }

  /** Output of a program; half characters and half secrets wait for their rest. */
  write(bytes: Buffer): void {
    this.#add(this.options.redactor.push(this.#decoder.decode(bytes, { stream: true })));
  }

  /** A line of the agent's own. */
  line(text: string): void {
    this.#add(`${this.options.redactor.end()}${this.options.redactor.all(text)}\n`);
  }

  /** Sends what is left for at most `ms`; gives the size of the log and how many times something was left out. */
  async end(ms: number): Promise<{ bytes: number; gaps: number }> {
    this.#add(this.options.redactor.push(this.#decoder.decode()) + this.options.redactor.end());
    this.#ended = true;
    this.#wake();
    const late = setTimeout(() => this.#stop.abort(), ms);
    await this.#sending;
    clearTimeout(late);
    return { bytes: this.#offset, gaps: this.#gaps };
  }

  #add(text: string): void {
    if (text === '') return;
    const bytes = Buffer.from(text);
    if (this.#leftOut > 0 || this.#waitingBytes + bytes.length > this.#bounds.heldBytes) return this.#leaveOut(bytes);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#wake();
  }

  /** Of what finds no room the end is kept: that is where errors stand. */
  #leaveOut(bytes: Buffer): void {
    if (this.#leftOut === 0) this.#gaps += 1;
    this.#leftOut += bytes.length;
    this.#tail = Buffer.concat([this.#tail, bytes]).subarray(-this.#bounds.tailBytes);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (this.#waitingBytes === 0 && this.#leftOut > 0) this.#resume();
      if (this.#waitingBytes === 0) {
        if (this.#ended) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      if (!this.#ended && this.#waitingBytes < this.#bounds.batchBytes) await this.#untilBatch();
      await this.#send(this.#take());
    }
  }

  async #untilBatch(): Promise<void> {
    const early = new Promise<void>((resolve) => (this.#wake = () => (this.#ended || this.#waitingBytes >= this.#bounds.batchBytes) && resolve()));
    await Promise.race([delay(this.#bounds.batchMs), early]);
    this.#wake = () => undefined;
  }

  #resume(): void {
    const missing = this.#leftOut - this.#tail.length;
    const note = Buffer.from(missing > 0 ? `\n[… ${missing} bytes left out …]\n` : '');
    this.#waiting = [note, this.#tail];
    this.#waitingBytes = note.length + this.#tail.length;
    this.#leftOut = 0;
    this.#tail = Buffer.alloc(0);
  }

  #take(): Buffer {
    const all = Buffer.concat(this.#waiting);
    const batch = all.subarray(0, this.#bounds.batchBytes);
    const rest = all.subarray(batch.length);
    this.#waiting = rest.length > 0 ? [rest] : [];
    this.#waitingBytes = rest.length;
    return batch;
  }

  async #send(batch: Buffer): Promise<void> {
    const base = this.#offset;
    while (!this.#stop.signal.aborted) {
      const done = this.#offset - base;
      if (done >= batch.length) return;
      try {
        const kept = await this.options.send(this.#offset, batch.subarray(done), this.#stop.signal);
        // A server that has less than was acknowledged lost it; that can't be sent again.
        this.#offset = Math.min(Math.max(kept, base), base + batch.length);
        if (kept <= base + done) await this.#pause();
      } catch (error) {
        if (this.options.isFinal(error)) return this.#stop.abort();
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    await delay(this.#bounds.retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
