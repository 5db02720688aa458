import { ApiError, type CheckOrder, type CheckResult, type RunInputs } from '@spawnit/contract';
import { randomUUID } from 'node:crypto';

const longestMs = 60_000;
/** So many wait for their answers at once: each holds the inputs of a service. */
export const mostPendingChecks = 5_000;

interface Pending {
  node: string;
  resolve(result: CheckResult): void;
  reject(error: Error): void;
}

/** A node's open stream, and where that node reaches this server. */
interface Stream {
  send(line: string): void;
  end(): void;
  server: string;
}

/** Drift checks under way: an order goes down the stream of its node, and the answer comes back by its id. */
export class Checks {
  readonly #streams = new Map<string, Stream>();
  readonly #pending = new Map<string, Pending>();

  /** `server` names this one among several, and with it whose an order is. */
  constructor(
    private readonly server: string,
    private readonly timeoutMs = longestMs,
  ) {}

  /**
   * A node's stream: the newest counts, and the one before is ended. Else a request that arrived twice would leave the node with
   * a stream that gets signs of life and no orders. Gives what is to be done when the stream is over.
   */
  connect(node: string, stream: Stream): () => void {
    this.#failAll(node, 'it has connected anew');
    const before = this.#streams.get(node);
    this.#streams.set(node, stream);
    before?.end();
    return () => {
      if (this.#streams.get(node) !== stream) return;
      this.#streams.delete(node);
      this.#failAll(node, 'its connection broke');
    };
  }

  /** Orders that wait for their answer, and nodes that are connected. */
  get load(): { orders: number; streams: number } {
    return { orders: this.#pending.size, streams: this.#streams.size };
  }

  /** Where the node reaches this server; undefined when it is not connected. */
  serverFor(node: string): string | undefined {
    return this.#streams.get(node)?.server;
  }

  /** Throws ServiceUnavailable when the node is not connected or goes away, Timeout when it does not answer in time, TooManyRequests. */
  async order(node: string, inputs: RunInputs, signal: AbortSignal): Promise<CheckResult> {
    const stream = this.#streams.get(node);
    if (stream === undefined) throw unreachable(node, 'it is not connected');
    if (this.#pending.size >= mostPendingChecks) throw new ApiError('TooManyRequests', `${this.#pending.size} drift checks wait for their answers already`, { retryAfterSeconds: 5 });
    const order: CheckOrder = { id: `${this.server}.${randomUUID()}`, inputs };
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<CheckResult>((resolve, reject) => {
      this.#pending.set(order.id, { node, resolve, reject });
      timer = setTimeout(() => reject(new ApiError('Timeout', `node ${node} did not finish the check within ${this.timeoutMs / 1_000} s`)), this.timeoutMs);
      signal.addEventListener('abort', () => reject(new ApiError('Timeout', 'the caller went away')), { once: true });
    });
    stream.send(`${JSON.stringify(order)}\n`);
    return answer.finally(() => {
      clearTimeout(timer);
      this.#pending.delete(order.id);
    });
  }

  /** False when nobody waits for it (any more), or it was another node's. */
  answer(node: string, id: string, result: CheckResult): boolean {
    const pending = this.#pending.get(id);
    if (pending?.node !== node) return false;
    pending.resolve(result);
    return true;
  }

  #failAll(node: string, why: string): void {
    for (const pending of this.#pending.values()) if (pending.node === node) pending.reject(unreachable(node, why));
  }
}

/** The server that waits for the result of this order. */
export function askerOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('.')));
}

function unreachable(node: string, why: string): ApiError {
  return new ApiError('ServiceUnavailable', `node ${node} cannot be asked: ${why}`, { kind: 'nodes', name: node, retryAfterSeconds: 5 });
}
