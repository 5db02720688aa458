import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Teardown } from './teardown.js';

export interface StandInBalancer {
  /** Reach the targets by this. */
  url: string;
  port: number;
  /** How many connections each target was given. */
  given(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/**
 * Stands in for a load balancer, of the plainest sort: TCP, each connection to the next of its targets, past those that
 * refuse it. It looks into nothing, checks no health and keeps nobody at one target.
 */
export async function standInBalancer(targets: readonly string[], t?: Teardown): Promise<StandInBalancer> {
  const given = new Map(targets.map((target) => [target, 0]));
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer({ pauseOnConnect: true }, (client) => {
    keep(open, client);
    const first = turn++;
    void reach(targets, first).then((found) => {
      if (found === undefined || client.destroyed) return void client.destroy();
      given.set(found.target, given.get(found.target)! + 1);
      keep(open, found.socket);
      join(client, found.socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    for (const socket of open) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  t?.teardown(stop);
  return { url: `http://127.0.0.1:${port}`, port, given: () => given, stop };
}

async function reach(targets: readonly string[], first: number): Promise<{ target: string; socket: Socket } | undefined> {
  for (let i = 0; i < targets.length; i++) {
    const target = targets[(first + i) % targets.length]!;
    const { hostname, port } = new URL(target);
    const socket = connect({ host: hostname, port: Number(port) });
    const connected = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'close').then(() => false)]).catch(() => false);
    if (connected) return { target, socket };
    socket.destroy();
  }
  return undefined;
}

function join(client: Socket, target: Socket): void {
  for (const [from, to] of [[client, target], [target, client]] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
  client.resume();
}

function keep(open: Set<Socket>, socket: Socket): void {
  open.add(socket);
  socket.on('error', () => socket.destroy()).once('close', () => open.delete(socket));
}
