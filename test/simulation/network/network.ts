import { leaseHeader, type ClientOptions } from '@spawnit/contract';
import type { Random } from '../time/random.js';
import type { SimulatedProcess } from '../time/simulated-process.js';
import type { Timeline } from '../time/timeline.js';
import { Body } from './body.js';
import { Connection, type StandInResponse } from './connection.js';

export interface WireRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | Buffer | undefined;
}
export type WireAnswer = { status: number; headers: Record<string, string>; body: string | Buffer } | { status: number; headers: Record<string, string>; stream: StandInResponse };

export interface Listener {
  process: SimulatedProcess;
  /** Never rejects. */
  handle(request: WireRequest, connection: Connection): Promise<WireAnswer>;
}

/** What goes wrong with one request. */
export interface Mishap {
  requestMs: number;
  answerMs: number;
  lost?: 'request' | 'answer';
  /** Whether the loss is noticed at once (a reset) or only by waiting. */
  silent?: boolean;
  /** Something between the two sends it again after so many ms. */
  againMs?: number;
}

export interface Exchange {
  from: SimulatedProcess;
  request: WireRequest;
  /** Undefined when it was lost: what became of it is not known to who asked. */
  answer?: { status: number; body: string };
}

type Carry = NonNullable<ClientOptions['request']>;

/** Everything that one process says to another. Requests find their server by the host of their address; `server` is whichever listens. */
export class Network {
  readonly listeners = new Map<string, Listener>();
  mishap: (from: string, request: WireRequest) => Mishap = () => ({ requestMs: 1, answerMs: 1 });
  /** Told of every exchange when its answer is given, or known to be lost. */
  readonly observers: ((exchange: Exchange) => void)[] = [];
  /** Told of every request when it is sent. */
  onSent: (request: WireRequest) => void = () => undefined;
  /** What requests said of the epoch that they are written under, by their ids. */
  readonly leaseOf = new Map<string, string>();
  readonly #cuts = new Map<string, number>();
  readonly #connections = new Set<Connection>();
  #count = 0;

  constructor(
    readonly timeline: Timeline,
    readonly random: Random,
  ) {}

  listen(host: string, listener: Listener): void {
    this.listeners.set(host, listener);
    listener.process.onEnd(() => {
      if (this.listeners.get(host) === listener) this.listeners.delete(host);
    });
  }

  /** Nothing passes between the two until `heal` has been called as often as this. Streams break, or just fall silent. */
  cut(a: string, b: string): void {
    this.#cuts.set(pair(a, b), (this.#cuts.get(pair(a, b)) ?? 0) + 1);
    for (const connection of [...this.#connections]) if (connection.between(a, b) && this.random.chance(0.5)) connection.break();
  }

  heal(a: string, b: string): void {
    const left = (this.#cuts.get(pair(a, b)) ?? 1) - 1;
    if (left > 0) return void this.#cuts.set(pair(a, b), left);
    this.#cuts.delete(pair(a, b));
    for (const connection of [...this.#connections]) if (connection.between(a, b)) connection.healed();
  }

  isCut(a: string, b: string): boolean {
    return this.#cuts.has(pair(a, b));
  }

  /** What a process uses in place of undici's `request`. */
  from(process: SimulatedProcess): Carry {
    return ((url: string | URL, options: CarryOptions = {}) => new Promise((resolve, reject) => this.#exchange(process, new URL(url), options, resolve, reject))) as unknown as Carry;
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection);
  }

  #exchange(from: SimulatedProcess, url: URL, options: CarryOptions, resolve: (answer: unknown) => void, reject: (error: unknown) => void): void {
    const { signal } = options;
    if (signal?.aborted) return reject(signal.reason);
    const listener = this.#listenerFor(url.host);
    const request: WireRequest = { method: options.method ?? 'GET', url, headers: { ...options.headers }, body: options.body };
    const mishap = this.mishap(from.name, request);
    // One that is sent twice may be done twice: its id says so.
    const id = `q-${++this.#count}${mishap.againMs === undefined ? '' : '+'}`;
    request.headers['x-request-id'] = id;
    const lease = options.headers?.[leaseHeader];
    if (lease !== undefined) this.leaseOf.set(id, lease);
    this.onSent(request);
    const fail = (message: string, ms: number) => void from.after(ms, () => settle(() => reject(Object.assign(new Error(message), { code: 'ECONNRESET' }))));
    let settled = false;
    const stopWaiting = from.after(options.headersTimeout ?? 30_000, () => settle(() => reject(new Error('Headers Timeout Error'))));
    const settle = (act: () => void) => {
      if (settled) return;
      settled = true;
      stopWaiting();
      act();
      if (!connection.streams) signal?.removeEventListener('abort', onAbort);
    };
    const connection = new Connection(this, from, listener?.process ?? from);
    this.#connections.add(connection);
    const onAbort = () => {
      settle(() => reject(signal!.reason));
      connection.closeByClient(signal!.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    connection.onOver = () => signal?.removeEventListener('abort', onAbort);
    if (listener === undefined) return fail(`connect ECONNREFUSED ${url.host}`, 1);
    const to = listener.process;
    const lost = (silent: boolean | undefined) => {
      this.#tell({ from, request });
      if (!silent) fail('socket hang up', 1);
    };
    const deliver = (ms: number, answered: (answer: WireAnswer) => void) =>
      this.timeline.after(ms, to, () => {
        if (this.isCut(from.name, to.name)) return lost(this.random.chance(0.5));
        void listener.handle(request, connection).then(answered);
      });
    const deliverAgain = (ms: number) =>
      this.timeline.after(ms, to, () => {
        const unheard = new Connection(this, from, to);
        void listener.handle(request, unheard).then(() => unheard.response.otherIsGone());
      });
    to.onEnd(() => this.isCut(from.name, to.name) || fail('socket hang up', 1));
    if (mishap.againMs !== undefined) deliverAgain(mishap.requestMs + mishap.againMs);
    if (mishap.lost === 'request') return lost(mishap.silent);
    deliver(mishap.requestMs, (answer) => {
      this.timeline.after(mishap.answerMs, from, () => {
        if (mishap.lost === 'answer' || this.isCut(from.name, to.name)) {
          if ('stream' in answer) connection.break();
          return lost(mishap.silent);
        }
        if (settled) return this.#tell({ from, request });
        this.#tell({ from, request, answer: { status: answer.status, body: 'body' in answer ? answer.body.toString() : '' } });
        settle(() => resolve({ statusCode: answer.status, headers: answer.headers, body: 'stream' in answer ? connection.attach(answer.stream) : Body.of(answer.body) }));
        if (!('stream' in answer)) this.forget(connection);
      });
    });
  }

  #tell(exchange: Exchange): void {
    for (const observe of this.observers) observe(exchange);
  }

  /** `server` stands for a balancer before all that listen. */
  #listenerFor(host: string): Listener | undefined {
    if (host !== 'server') return this.listeners.get(host);
    const servers = [...this.listeners.values()].filter(({ process }) => process.name.startsWith('server-'));
    return servers.length === 0 ? undefined : this.random.pick(servers);
  }
}

interface CarryOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  signal?: AbortSignal;
  headersTimeout?: number;
}

function pair(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}
