import { EventEmitter } from 'node:events';
import type { SimulatedProcess } from '../time/simulated-process.js';
import { Body } from './body.js';
import type { Network } from './network.js';

/** In place of Node's ServerResponse, for what the server writes at length. A write is never refused. */
export class StandInResponse extends EventEmitter {
  destroyed = false;
  writableNeedDrain = false;
  readonly writableLength = 0;
  readonly early: Buffer[] = [];
  #sink: ((piece: Buffer) => void) | undefined;
  #ended = false;
  #onEnd: (() => void) | undefined;

  get closed(): boolean {
    return this.destroyed;
  }

  writeHead(): this {
    return this;
  }

  flushHeaders(): void {}

  write(text: string | Buffer): boolean {
    if (this.destroyed || this.#ended) return true;
    const piece = Buffer.from(text);
    if (this.#sink) this.#sink(piece);
    else this.early.push(piece);
    return true;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd?.();
    this.otherIsGone();
  }

  destroy(): void {
    this.end();
  }

  flowTo(sink: (piece: Buffer) => void, onEnd: () => void): void {
    for (const piece of this.early.splice(0)) sink(piece);
    this.#sink = sink;
    this.#onEnd = onEnd;
    if (this.#ended) onEnd();
  }

  /** The other side is gone. */
  otherIsGone(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }
}

/** One request's connection, and what is streamed over it: pieces come in order, after a while, or not any more. */
export class Connection {
  readonly response = new StandInResponse();
  onOver: () => void = () => undefined;
  #body: Body | undefined;
  #over = false;
  #last = 0;
  /** What is on its way while the two are cut off from each other. */
  #held: (() => void)[] = [];

  constructor(
    private readonly network: Network,
    private readonly client: SimulatedProcess,
    private readonly server: SimulatedProcess,
  ) {}

  get streams(): boolean {
    return this.#body !== undefined;
  }

  between(a: string, b: string): boolean {
    const { client, server } = this;
    return (client.name === a && server.name === b) || (client.name === b && server.name === a);
  }

  /** The client begins to read. */
  attach(stream: StandInResponse): Body {
    const body = (this.#body = new Body());
    body.onAbandon = () => this.closeByClient(undefined);
    if (this.#over || this.server.dead) {
      body.end(reset());
      return body;
    }
    const undo = [this.server.onEnd(() => this.#send(() => body.end(reset()))), this.client.onEnd(() => this.#closeServerSide())];
    stream.flowTo((piece) => this.#send(() => body.push(piece)), () => this.#send(() => (undo.forEach((each) => each()), body.end())));
    return body;
  }

  /** Both sides learn at once that it is broken. */
  break(): void {
    if (this.#over) return;
    this.#over = true;
    this.onOver();
    this.network.forget(this);
    const { timeline } = this.network;
    timeline.after(0, this.client, () => this.#body?.end(reset()));
    timeline.after(0, this.server, () => this.response.otherIsGone());
  }

  healed(): void {
    for (const deliver of this.#held.splice(0)) deliver();
  }

  closeByClient(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.onOver();
    this.network.forget(this);
    this.#body?.end(reason ?? reset());
    this.#closeServerSide();
  }

  #closeServerSide(): void {
    this.network.timeline.after(1, this.server, () => this.response.otherIsGone());
  }

  #send(act: () => void): void {
    const { timeline, random } = this.network;
    const deliver = () => {
      if (this.#over) return;
      this.#last = Math.max(this.#last, timeline.now + 1 + random.next() * 2);
      timeline.after(this.#last - timeline.now, this.client, () => this.#over || act());
    };
    if (this.network.isCut(this.client.name, this.server.name)) this.#held.push(deliver);
    else deliver();
  }
}

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}
