import { connect, createServer, type Socket } from 'node:net';
import { errorText } from '@spawnit/contract';
import { GateTraffic, listenAsGate, type Gate } from '../lease/gate-traffic.js';
import { readHead } from './request-head.js';
import { SharedReads, type SharedReadsOptions } from './shared-reads.js';

const lingerMs = 5_000;
/** The Docker provider makes a connection for each read and leaves it open for half a minute. */
const idleMs = 500;

/**
 * The way of warm providers to the Docker engine, for any number of checks at once. Nothing that could change something
 * passes, ever. Reads pass as the bytes they are, and the same list is fetched once for all who want it at the same time.
 */
export async function openReadGate({ engine, socket, narrow }: SharedReadsOptions & { socket: string }): Promise<Gate> {
  const traffic = new GateTraffic();
  const shared = new SharedReads({ engine, narrow });
  const server = createServer((client) => {
    traffic.keep(client);
    new Passage(client, engine, shared, () => traffic.silence());
  });
  server.once('close', () => shared.close());
  return listenAsGate(server, socket, traffic);
}

/** One connection of a provider, whose requests come one after the other, and its own to the engine. */
class Passage {
  #engineSocket: Socket | undefined;
  #arrived: Buffer = Buffer.alloc(0);
  /** A request of which no answer has come yet. */
  #waits = false;

  constructor(
    private readonly client: Socket,
    private readonly engine: string,
    private readonly shared: SharedReads,
    private readonly onSilence: () => void,
  ) {
    client.on('data', (piece) => this.#take(piece as Buffer));
    client.on('close', () => this.#engineSocket?.destroy());
    client.setTimeout(idleMs, () => this.#waits || client.destroy());
  }

  #take(piece: Buffer): void {
    // Answers are told apart by their order alone, so a client that does not wait for them can't be served.
    if (this.#waits) return this.#refuse('SpawnIt: one request after the other');
    this.#arrived = this.#arrived.length === 0 ? piece : Buffer.concat([this.#arrived, piece]);
    const head = readHead(this.#arrived);
    if (head === undefined) return;
    if (typeof head === 'string') return this.#refuse(`SpawnIt: ${head}`);
    if (head.end < this.#arrived.length) return this.#refuse('SpawnIt: one request after the other');
    const bytes = this.#arrived;
    this.#arrived = Buffer.alloc(0);
    this.#waits = true;
    if (head.method === 'GET' && this.shared.mayBeHad(head.target)) void this.#share(head.target);
    else this.#onward().write(bytes);
  }

  async #share(target: string): Promise<void> {
    try {
      const answer = await this.shared.get(target);
      this.#waits = false;
      if (!this.client.destroyed) this.client.write(answer);
    } catch (error) {
      this.#silent(errorText(error));
    }
  }

  #onward(): Socket {
    if (this.#engineSocket !== undefined) return this.#engineSocket;
    const onward = connect(this.engine);
    let why = 'it broke off';
    onward.on('data', () => (this.#waits = false));
    onward.on('error', (error) => (why = error.message));
    onward.on('close', () => this.#silent(why));
    onward.pipe(this.client, { end: false });
    return (this.#engineSocket = onward);
  }

  /** Also when the engine's connection ends between two answers: that it is no part of one can't be told. */
  #silent(why: string): void {
    if (this.client.destroyed) return;
    this.onSilence();
    if (this.#waits) this.#refuse(`cannot reach the Docker engine: ${why}`);
    else this.client.destroy();
  }

  /** What is still being sent is read away: a client that finds its connection broken never reads why. */
  #refuse(message: string): void {
    const body = JSON.stringify({ message });
    this.client.removeAllListeners('data').resume();
    this.client.setTimeout(lingerMs, () => this.client.destroy());
    this.client.end(`HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  }
}
