import { request, type Dispatcher } from 'undici';
import { ApiError, Status } from '../errors.js';
import { dispatcherOf, usualTimeoutMs } from './dispatcher.js';
import { withEither } from './either-signal.js';
import { patiently } from './patience.js';
import { Unreachable } from './unreachable.js';

export interface ClientOptions {
  /** Base address, such as http://127.0.0.1:7080. */
  server: string;
  token?: string;
  /** Certificates (PEM) to trust with https, instead of the system's. */
  ca?: string;
  userAgent?: string;
  /** Address of the proxy that leads to the server; none unless told. */
  proxy?: string;
  /** How long to wait for the head of an answer, and for each next piece of one that is read as a whole, in ms; 30,000 unless told. */
  timeoutMs?: number;
  /** For how long what can safely be sent again is, in ms; not at all unless told. */
  patienceMs?: number;
  /** Carries the requests; undici's own unless told. A simulation brings its own network. */
  request?: typeof request;
  /** Asked before each request that changes something. */
  fence?: () => Fence;
  /** What the server says of a request that it did nevertheless (its Warning headers). */
  onWarning?: (text: string) => void;
}

/** What lets a leader change something: its headers name the epoch, and its signal ends with the leadership. Throws NotLeader for who does not lead. */
export interface Fence {
  headers: Record<string, string>;
  signal: AbortSignal;
  /** Told when the server refuses a request for its epoch. */
  deposed(): void;
}

export interface Call {
  method?: Dispatcher.HttpMethod;
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  contentType?: string;
  accept?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Instead of the client's own. */
  onWarning?: (text: string) => void;
}

/** HTTP with the token and one way of failing: ApiError for a refusal, Unreachable when there was no answer. */
export class Transport {
  private readonly agent: Dispatcher;
  constructor(readonly options: ClientOptions) {
    this.agent = dispatcherOf(options);
  }

  json<T>(call: Call): Promise<T> {
    return this.patiently(call, async (call) => (await this.reading((await this.whole(call)).body.json(), call)) as T);
  }

  text(call: Call): Promise<string> {
    return this.patiently(call, async (call) => this.reading((await this.whole(call)).body.text(), call));
  }

  /** The answer's body as it comes; throws Unreachable at the first read after a broken connection. Only for what changes nothing: it has no fence. */
  async stream(call: Call & { method?: 'GET' }): Promise<AsyncIterable<Buffer>> {
    const answer = await this.ask(call);
    return this.chunks(answer.body as AsyncIterable<Buffer>, call);
  }

  /** The answer as it is, for who wants its headers; its body is still to be read. */
  send(call: Call): Promise<Dispatcher.ResponseData> {
    return this.fenced(call, (each) => this.ask(each));
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  /** A server that is gone without a word ends no connection: who only waits for the rest of an answer would do so for ever. */
  private whole(call: Call): Promise<Dispatcher.ResponseData> {
    return this.ask(call, this.options.timeoutMs ?? usualTimeoutMs);
  }

  private async ask(call: Call, bodyTimeout?: number): Promise<Dispatcher.ResponseData> {
    const answer = await (this.options.request ?? request)(this.url(call), {
      dispatcher: this.agent,
      method: call.method ?? 'GET',
      headers: this.headers(call),
      body: bodyOf(call.body),
      signal: call.signal,
      ...(bodyTimeout !== undefined && { bodyTimeout }),
    }).catch((error: unknown) => {
      throw this.unreachable(error, call);
    });
    for (const text of warningsOf(answer)) (call.onWarning ?? this.options.onWarning)?.(text);
    if (answer.statusCode >= 400) throw await this.refusal(answer, call);
    return answer;
  }

  private patiently<T>(call: Call, send: (call: Call) => Promise<T>): Promise<T> {
    const { patienceMs } = this.options;
    const once = () => this.fenced(call, send);
    return patienceMs === undefined ? once() : patiently(call, patienceMs, once);
  }

  /** Broken off when the leadership ends, or the caller's own signal does; afterwards nothing listens to either. */
  private async fenced<T>(call: Call, send: (call: Call) => Promise<T>): Promise<T> {
    const fence = (call.method ?? 'GET') === 'GET' ? undefined : this.options.fence?.();
    if (fence === undefined && call.signal === undefined) return send(call);
    return withEither([call.signal, fence?.signal], (signal) => send({ ...call, headers: { ...call.headers, ...fence?.headers }, signal })).catch((error: unknown) => {
      if (ApiError.is(error, 'NotLeader')) fence?.deposed();
      throw error;
    });
  }

  private url(call: Call): string {
    // A server can be below a path of another, behind a proxy.
    const base = new URL(this.options.server);
    const url = new URL(base.pathname.replace(/\/$/, '') + call.path, base);
    for (const [key, value] of Object.entries(call.query ?? {})) if (value !== undefined) url.searchParams.set(key, String(value));
    return url.href;
  }

  private headers(call: Call): Record<string, string> {
    const { token, userAgent } = this.options;
    return {
      accept: call.accept ?? 'application/json',
      'user-agent': userAgent ?? 'spawnit-client',
      ...(token && { authorization: `Bearer ${token}` }),
      ...(call.body !== undefined && { 'content-type': call.contentType ?? 'application/json' }),
      ...call.headers,
    };
  }

  private async refusal(answer: Dispatcher.ResponseData, call: Call): Promise<ApiError> {
    const text = await this.reading(answer.body.text(), call);
    const parsed = Status.safeParse(parseJson(text));
    if (parsed.success) return ApiError.fromStatus(parsed.data);
    return ApiError.fromStatus({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: answer.statusCode, message: text.slice(0, 500) || `HTTP ${answer.statusCode}` }, { foreign: true });
  }

  private async *chunks(body: AsyncIterable<Buffer>, call: Call): AsyncGenerator<Buffer> {
    try {
      yield* body;
    } catch (error) {
      throw this.unreachable(error, call);
    }
  }

  private reading<T>(body: Promise<T>, call: Call): Promise<T> {
    return body.catch((error: unknown) => {
      throw this.unreachable(error, call);
    });
  }

  private unreachable(error: unknown, call: Call): unknown {
    if (call.signal?.aborted) return error;
    const why = error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error);
    const { server, proxy } = this.options;
    // Without the password that may stand in its address.
    const through = proxy === undefined ? '' : ` through the proxy ${new URL(proxy).protocol}//${new URL(proxy).host}`;
    return new Unreachable(`cannot reach ${server}${through}: ${why}`, { cause: error });
  }
}

/** The texts of RFC 7234 warnings: `299 - "text"`. */
function warningsOf({ headers }: Dispatcher.ResponseData): string[] {
  const all = [headers['warning'] ?? []].flat();
  return all.flatMap((header) => [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!.replace(/\\(.)/g, '$1')));
}

function bodyOf(body: unknown): string | Buffer | undefined {
  return body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
