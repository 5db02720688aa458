import { Agent, request, type IncomingMessage } from 'node:http';
import { Together } from './together.js';

/** Lists cost the engine in proportion to what stands on it, and providers ask for one at each read of one thing. */
const shareable = /^(\/v[\d.]+)?\/(containers\/json|images\/json|images\/[^?]+\/json|networks|volumes)(\?.*)?$/;
const answerMs = 10_000;

export interface SharedReadsOptions {
  /** The engine's socket. */
  engine: string;
  /** What may be asked in place of a target just now; the target itself, if nothing else will do. */
  narrow: (target: string) => string;
}

/** Answers of the engine as bytes to be sent on, each for all who ask the same at the same time. */
export class SharedReads {
  readonly #together = new Together<Buffer>();
  readonly #agent = new Agent({ keepAlive: true });

  constructor(private readonly options: SharedReadsOptions) {}

  mayBeHad(target: string): boolean {
    return shareable.test(target);
  }

  /** Rejects when the engine does not answer. */
  get(target: string): Promise<Buffer> {
    return this.#together.get(target, () => this.#fetch(this.options.narrow(target)));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #fetch(path: string): Promise<Buffer> {
    const call = { agent: this.#agent, socketPath: this.options.engine, path, headers: { host: 'docker' }, signal: AbortSignal.timeout(answerMs) };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => request(call, resolve).on('error', reject).end());
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece as Buffer);
    return Buffer.concat([headOf(answer, pieces.reduce((sum, piece) => sum + piece.length, 0)), ...pieces]);
  }
}

function headOf({ statusCode, statusMessage, headers }: IncomingMessage, length: number): Buffer {
  const { 'transfer-encoding': _chunks, connection: _hop, 'keep-alive': _alive, ...kept } = headers;
  const lines = Object.entries({ ...kept, 'content-length': String(length) }).map(([key, value]) => `${key}: ${String(value)}\r\n`);
  return Buffer.from(`HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('')}\r\n`, 'latin1');
}
