import { setTimeout as delay } from 'node:timers/promises';
import type { AgentLoad } from '../load.js';
import type { Redactor } from './redact.js';

export interface ShipperOptions {
  /** Sends bytes at an offset; answers how many bytes the server has. Throws while it can't be reached. */
  send: (offset: number, bytes: Buffer, signal: AbortSignal) => Promise<number>;
  redactor: Redactor;
  /** Gives up: the job is no longer ours. */
  isFinal: (error: unknown) => boolean;
  bounds?: Partial<typeof defaultBounds>;
  /** Told how much is held and left out. */
  load?: Pick<AgentLoad, 'logBytes' | 'logBytesLeftOut'>;
}

export const defaultBounds = { batchBytes: 64 * 1024, batchMs: 200, heldBytes: 4 * 1024 * 1024, tailBytes: 64 * 1024, retryMs: 1_000, bytesPerSecond: 4 * 1024 * 1024, burstBytes: 4 * 1024 * 1024 };

/**
 * Carries a job's log to the server: redacted, in order, each piece again until it is acknowledged, and not faster than its
 * rate. Writing never waits; past the bound of memory the middle is left out, and the log says how much.
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
  /** Of what was being sent when it was stopped something has not arrived. */
  #unsent = false;
  #told = 0;
  /** What may be sent at once, and when that was reckoned. */
  #credit: number;
  #reckonedAt = performance.now();
  #wake: () => void = () => undefined;

  constructor(private readonly options: ShipperOptions) {
    this.#bounds = { ...defaultBounds, ...options.bounds };
    this.#credit = this.#bounds.burstBytes;
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

  /** Sends what is left for at most `ms`; gives the size of the log and how many places are missing, its end among them. */
  async end(ms: number): Promise<{ bytes: number; gaps: number }> {
    this.#add(this.options.redactor.push(this.#decoder.decode()) + this.options.redactor.end());
    this.#ended = true;
    this.#wake();
    const late = setTimeout(() => this.#stop.abort(), ms);
    await this.#sending;
    clearTimeout(late);
    this.#tell(0);
    return { bytes: this.#offset, gaps: this.#gaps + (this.#isCut() ? 1 : 0) };
  }

  /** What was left out before the end is counted already: with what waits before it, it is one place. */
  #isCut(): boolean {
    return this.#leftOut === 0 && (this.#unsent || this.#waitingBytes > 0);
  }

  #add(text: string): void {
    if (text === '') return;
    const bytes = Buffer.from(text);
    if (this.#leftOut > 0 || this.#waitingBytes + bytes.length > this.#bounds.heldBytes) return this.#leaveOut(bytes);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#tell();
    this.#wake();
  }

  /** Of what finds no room the end is kept: that is where errors stand. */
  #leaveOut(bytes: Buffer): void {
    if (this.#leftOut === 0) this.#gaps += 1;
    this.#leftOut += bytes.length;
    this.#tail = Buffer.concat([this.#tail, bytes]).subarray(-this.#bounds.tailBytes);
    this.#tell();
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
      const batch = this.#take();
      this.#tell(this.#waitingBytes + this.#tail.length + batch.length);
      await this.#send(batch);
      await this.#pace(batch.length);
    }
  }

  async #untilBatch(): Promise<void> {
    const early = new Promise<void>((resolve) => (this.#wake = () => (this.#ended || this.#waitingBytes >= this.#bounds.batchBytes) && resolve()));
    await Promise.race([delay(this.#bounds.batchMs), early]);
    this.#wake = () => undefined;
  }

  /** Waits until as much more may be sent; what is left at the end goes at once. */
  async #pace(sent: number): Promise<void> {
    const { bytesPerSecond, burstBytes } = this.#bounds;
    const now = performance.now();
    this.#credit = Math.min(burstBytes, this.#credit + ((now - this.#reckonedAt) / 1_000) * bytesPerSecond) - sent;
    this.#reckonedAt = now;
    if (this.#credit >= 0 || this.#ended) return;
    const atEnd = new AbortController();
    this.#wake = () => this.#ended && atEnd.abort();
    await delay((-this.#credit / bytesPerSecond) * 1_000, undefined, { signal: AbortSignal.any([atEnd.signal, this.#stop.signal]) }).catch(() => undefined);
    this.#wake = () => undefined;
  }

  #tell(held = this.#waitingBytes + this.#tail.length): void {
    if (this.options.load) this.options.load.logBytes += held - this.#told;
    this.#told = held;
  }

  #resume(): void {
    const missing = this.#leftOut - this.#tail.length;
    if (this.options.load) this.options.load.logBytesLeftOut += missing;
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
        if (this.options.isFinal(error)) this.#stop.abort();
        await this.#pause();
      }
    }
    this.#unsent = this.#offset - base < batch.length;
  }

  async #pause(): Promise<void> {
    await delay(this.#bounds.retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
