import type { Identity } from '@spawnit/contract';
import type { ServerContext } from '@spawnit/apiserver/dist/src/context.js';
import { asApiError } from '@spawnit/apiserver/dist/src/http/failures.js';
import type { FastifyInstance } from 'fastify';
import type { Connection, StandInResponse } from './connection.js';
import type { WireAnswer, WireRequest } from './network.js';

type Handler = (request: StandInRequest, reply: StandInReply) => unknown;
interface Route {
  parts: string[];
  handler: Handler;
  raw: boolean;
}

interface StandInRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string | undefined>;
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
  identity: Identity;
  log: ServerContext['log'];
  protocol: 'http';
  host: string;
  ip: string;
}

/**
 * In place of Fastify: takes the routes and hooks that the apiserver's parts register, and calls those routes. Who calls is
 * found out by the server's own authenticator, errors become answers by its own table.
 */
export class StandInHttp {
  readonly #routes = new Map<string, Route[]>();
  readonly #hooks = new Map<string, (() => Promise<void>)[]>();
  #count = 0;

  constructor(
    private readonly context: ServerContext,
    private readonly host: string,
  ) {}

  /** What parts are given as Fastify's instance. */
  get app(): FastifyInstance {
    return this.#scope(false) as unknown as FastifyInstance;
  }

  async run(hook: 'onListen' | 'onClose'): Promise<void> {
    for (const each of this.#hooks.get(hook) ?? []) await each();
  }

  /** Puts a handler of one's own in a route's place, for the tests of guards. */
  replace(method: string, path: string, wrap: (handler: Handler) => Handler): void {
    const route = this.#routes.get(key(method, path.split('/').length))?.find(({ parts }) => parts.join('/') === path);
    if (route === undefined) throw new Error(`there is no route ${method} ${path} to be replaced`);
    route.handler = wrap(route.handler);
  }

  async handle(wire: WireRequest, connection: Connection): Promise<WireAnswer> {
    const reply = new StandInReply(connection.response);
    try {
      const found = this.#find(wire);
      if (found === undefined) throw new Error(`the stand-in has no route ${wire.method} ${wire.url.pathname}`);
      const result = await found.route.handler(await this.#request(wire, found), reply);
      if (reply.hijacked) return { status: 200, headers: {}, stream: connection.response };
      return reply.answer(result === reply ? reply.sent : result);
    } catch (error) {
      const known = asApiError(error);
      if (known.code === 'InternalError') this.context.log.error({ err: known.details.internal }, known.message);
      return { status: known.status, headers: {}, body: JSON.stringify(known.toStatus()) };
    }
  }

  async #request({ method, url, headers, body }: WireRequest, { route, params }: { route: Route; params: Record<string, string> }): Promise<StandInRequest> {
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const identity = await this.context.authenticator.authenticate(lower['authorization']);
    const parsed = route.raw ? Buffer.from(body ?? '') : body === undefined || body.length === 0 ? undefined : JSON.parse(body.toString());
    const id = lower['x-request-id'] ?? `${this.host}-${++this.#count}`;
    return { id, method, url: url.pathname + url.search, headers: lower, params, query: Object.fromEntries(url.searchParams), body: parsed, identity, log: this.context.log, protocol: 'http', host: this.host, ip: '127.0.0.1' };
  }

  #find({ method, url }: WireRequest): { route: Route; params: Record<string, string> } | undefined {
    const given = url.pathname.split('/');
    let best: { route: Route; params: Record<string, string> } | undefined;
    for (const route of this.#routes.get(key(method, given.length)) ?? []) {
      if (!route.parts.every((part, i) => part.startsWith(':') || part === given[i])) continue;
      const params = Object.fromEntries(route.parts.flatMap((part, i) => (part.startsWith(':') ? [[part.slice(1), decodeURIComponent(given[i]!)]] : [])));
      if (best === undefined || Object.keys(params).length < Object.keys(best.params).length) best = { route, params };
    }
    return best;
  }

  #scope(raw: boolean): object {
    let plain = raw;
    const add = (method: string, path: string, handler: Handler) => {
      const parts = path.split('/');
      const at = key(method, parts.length);
      this.#routes.set(at, [...(this.#routes.get(at) ?? []), { parts, handler, raw: plain }]);
    };
    const verb = (method: string) => (path: string, ...rest: unknown[]) => add(method, path, rest.at(-1) as Handler);
    return {
      get: verb('GET'),
      post: verb('POST'),
      put: verb('PUT'),
      patch: verb('PATCH'),
      delete: verb('DELETE'),
      route: ({ method, url, handler }: { method: string; url: string; handler: Handler }) => add(method, url, handler),
      register: async (part: (scope: object) => Promise<void>) => part(this.#scope(false)),
      addHttpMethod: () => undefined,
      addContentTypeParser: () => undefined,
      removeAllContentTypeParsers: () => (plain = true),
      addHook: (name: string, act: () => Promise<void>) => void this.#hooks.set(name, [...(this.#hooks.get(name) ?? []), act]),
      server: { address: () => null },
    };
  }
}

class StandInReply {
  sent: unknown;
  hijacked = false;
  #status = 200;
  readonly #headers: Record<string, string> = {};

  constructor(readonly raw: StandInResponse) {}

  code(status: number): this {
    this.#status = status;
    return this;
  }

  header(name: string, value: unknown): this {
    this.#headers[name] = String(value);
    return this;
  }

  type(type: string): this {
    return this.header('content-type', type);
  }

  getHeader(name: string): unknown {
    return this.#headers[name];
  }

  getHeaders(): Record<string, string> {
    return this.#headers;
  }

  send(body?: unknown): this {
    this.sent = body;
    return this;
  }

  hijack(): void {
    this.hijacked = true;
  }

  answer(body: unknown): WireAnswer {
    const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const { warning: _, ...headers } = this.#headers;
    return { status: this.#status, headers, body: bytes };
  }
}

function key(method: string, length: number): string {
  return `${method} ${length}`;
}
