import { rm } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';

export interface Gate {
  readonly socket: string;
  /** How many requests the engine has not answered: it was not there, or went away meanwhile. */
  readonly unanswered: number;
  /** Breaks off what is under way; what comes later is judged anew. */
  cut(): void;
  close(): Promise<void>;
}

/** What is under way through a gate. */
export class GateTraffic {
  readonly #open = new Set<Socket>();
  #unanswered = 0;

  get unanswered(): number {
    return this.#unanswered;
  }

  /** To be cut with the rest. */
  keep(connection: Socket): void {
    this.#open.add(connection);
    connection.once('close', () => this.#open.delete(connection));
    connection.on('error', () => undefined); // Its close says it all.
  }

  /** The engine has not answered a request. */
  silence(): void {
    this.#unanswered += 1;
  }

  cut(): void {
    for (const connection of this.#open) connection.destroy();
  }
}

/** Lets the server listen there, as a gate; `socket` has at most 107 bytes, as Unix sockets have it. */
export async function listenAsGate(server: Server, socket: string, traffic: GateTraffic): Promise<Gate> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  return {
    socket,
    get unanswered() {
      return traffic.unanswered;
    },
    cut: () => traffic.cut(),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      traffic.cut();
      await closed;
      await rm(socket, { force: true });
    },
  };
}
