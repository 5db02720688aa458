import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { errorText } from '@spawnit/contract';
import { fingerprint } from './fingerprint.js';
import { GrpcError } from './grpc-client.js';
import { framed, percentEncoded, unframed } from './grpc-frame.js';
import { classOf } from './methods.js';
import type { Configured, ProviderKind, ProviderPool } from './pool.js';
import { reattachEnvironment, type Attachable } from './reattach.js';

/** How a provider is configured: enough to configure another process in the same way. */
export interface Configuration {
  kind: ProviderKind;
  method: string;
  request: Buffer;
  answer: string;
}
/** One call by which a plan saw the real world. */
export interface RecordedRead {
  configuration: Configuration;
  method: string;
  request: Buffer;
  /** Fingerprint of what was answered. */
  answer: string;
}
export interface Recorded {
  reads: RecordedRead[];
  /** Why the reads do not tell all that the plan has learned from the world; undefined when they do. */
  incomplete?: string;
}

/** Where calls go. */
export type Providers = Pick<ProviderPool, 'call' | 'constant' | 'configured' | 'use'>;

export interface RecordingOptions {
  pool: Providers;
  providers: { kind: ProviderKind; protocol: number }[];
  /** A short folder for sockets, and what makes them this run's own. */
  dir: string;
  id: string;
}

/** Stands between a run of tofu and warm providers, lets through what a plan needs, and keeps what it has read. */
export class Recording {
  readonly #servers: Http2Server[] = [];
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #reads: RecordedRead[] = [];
  readonly #served: Attachable[] = [];
  #incomplete: string | undefined;
  /** The processes that it has led to. */
  readonly used = new Set<Configured>();

  private constructor(private readonly options: RecordingOptions) {}

  static async start(options: RecordingOptions): Promise<Recording> {
    const recording = new Recording(options);
    try {
      for (const [i, provider] of options.providers.entries()) await recording.#serve(provider, join(options.dir, `${options.id}.p${i}`));
      return recording;
    } catch (error) {
      await recording.close();
      throw error;
    }
  }

  /** What makes tofu come here. */
  get environment(): Record<string, string> {
    return reattachEnvironment(this.#served);
  }

  get recorded(): Recorded {
    return { reads: this.#reads, ...(this.#incomplete !== undefined && { incomplete: this.#incomplete }) };
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
    await Promise.all(this.options.providers.map((_, i) => rm(join(this.options.dir, `${this.options.id}.p${i}`), { force: true })));
  }

  async #serve({ kind, protocol }: RecordingOptions['providers'][number], socket: string): Promise<void> {
    const server = createServer({ settings: { initialWindowSize: 1024 * 1024 } });
    server.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
      session.on('error', () => undefined);
      const connection = new Connection(this.options.pool, kind, this, this.#reads, (why) => (this.#incomplete ??= why));
      session.on('stream', (stream, headers) => void answer(stream, connection, String(headers[':path'])));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
    this.#servers.push(server);
    this.#served.push({ address: kind.address, pid: process.pid, socket, protocol });
  }
}

/** One provider as tofu sees it. tofu makes a connection for each configuration, so that each finds its own process. */
class Connection {
  #configured: Promise<Configured> | undefined;
  #configuration: Configuration | undefined;

  constructor(
    private readonly pool: Providers,
    private readonly kind: ProviderKind,
    private readonly recording: Pick<Recording, 'used'>,
    private readonly reads: RecordedRead[],
    private readonly incomplete: (why: string) => void,
  ) {}

  async handle(method: string, request: Buffer): Promise<Buffer> {
    const { pool, kind } = this;
    const of = classOf(method);
    switch (of) {
      case undefined:
        throw new GrpcError(12, `SpawnIt: a plan has no use for ${method}`);
      case 'constant':
        return pool.constant(kind, method, request);
      case 'stop': // It would stop the calls of others, too.
        return Buffer.alloc(0);
      case 'configure':
        return this.#configure(method, request);
      default:
        if (of === 'other') this.incomplete(`it calls ${method}`);
        return this.#forward(of === 'read', method, request);
    }
  }

  async #configure(method: string, request: Buffer): Promise<Buffer> {
    if (this.#configured) this.incomplete('a provider is configured twice');
    this.#configured = this.pool.configured(this.kind, method, request);
    const configured = await this.#configured;
    this.recording.used.add(configured);
    const { answer, print } = configured;
    this.#configuration = { kind: this.kind, method, request, answer: print };
    return answer;
  }

  async #forward(isRead: boolean, method: string, request: Buffer): Promise<Buffer> {
    if (this.#configured === undefined) {
      if (isRead) this.incomplete('it reads before its provider is configured');
      return this.pool.call(this.kind, method, request);
    }
    const answer = await this.pool.use(await this.#configured, (provider) => provider.call(method, request));
    if (isRead && this.#configuration) this.reads.push({ configuration: this.#configuration, method, request, answer: fingerprint(answer) });
    return answer;
  }
}

async function answer(stream: ServerHttp2Stream, connection: Connection, path: string): Promise<void> {
  stream.on('error', () => undefined);
  try {
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    const result = await connection.handle(methodOf(path), unframed(Buffer.concat(pieces)));
    if (stream.destroyed) return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(framed(result));
  } catch (error) {
    if (stream.destroyed || stream.headersSent) return;
    const [code, message] = error instanceof GrpcError ? [error.code, error.message] : [14, errorText(error)];
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(code), 'grpc-message': percentEncoded(message) }, { endStream: true });
  }
}

/** Of the plugin's own services (`/plugin.GRPCBroker/…`) nothing is known here. */
function methodOf(path: string): string {
  return /^\/tfplugin[56]\.Provider\/(\w+)$/.exec(path)?.[1] ?? path;
}
