import { connect as connectHttp2, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { framed, unframed } from './grpc-frame.js';

/** Answered, but not with a result. Codes are gRPC's. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const windowBytes = 4 * 1024 * 1024;
/** A schema of the largest providers has some 30 MB; what is larger is no sane answer. */
const mostBytes = 256 * 1024 * 1024;

/** Unary calls to a gRPC server on a Unix socket; as many at once as are wanted, over one connection. */
export class GrpcClient {
  readonly #session: ClientHttp2Session;

  constructor(socket: string) {
    this.#session = connectHttp2('http://provider', { createConnection: () => connect(socket), settings: { initialWindowSize: windowBytes, enablePush: false } });
    // It connects even when it was closed before.
    this.#session.on('connect', () => this.#session.destroyed || this.#session.setLocalWindowSize(windowBytes));
    this.#session.on('error', () => undefined); // Each call fails by itself.
  }

  /** Throws a GrpcError as the server answers, or an Error when it breaks off, is malformed or takes longer than `timeoutMs`. */
  async call(path: string, message: Buffer, timeoutMs: number): Promise<Buffer> {
    const stream = this.#session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' });
    const timer = setTimeout(() => stream.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      stream.end(framed(message));
      return await answerOf(stream);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#session.destroy();
  }
}

function answerOf(stream: ClientHttp2Stream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    let ending: IncomingHttpHeaders = {};
    const note = (headers: IncomingHttpHeaders) => (ending = { ...ending, ...headers });
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > mostBytes) stream.destroy(new Error('the answer is too large'));
      pieces.push(piece);
    });
    stream.on('error', reject);
    stream.on('close', () => {
      try {
        resolve(result(ending, Buffer.concat(pieces)));
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

function result(ending: IncomingHttpHeaders, body: Buffer): Buffer {
  const code = ending['grpc-status'];
  if (code === undefined) throw new Error('the provider broke the call off');
  if (code !== '0') throw new GrpcError(Number(code), String(ending['grpc-message'] ?? `gRPC status ${String(code)}`));
  return unframed(body);
}
