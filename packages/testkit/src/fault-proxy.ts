import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Teardown } from './teardown.js';

export interface FaultProxyOptions {
  /** Where it forwards: `http://host:port`, or `unix:///path`. */
  target: string;
  /** The loopback port to listen on; a free one by default. */
  port?: number;
  /** The test at whose end it is stopped. */
  t?: Teardown;
}

/**
 * A TCP proxy that spoils connections on command. A fault holds for connections
 * that are open and for those to come, until `heal`; `cut` and `reset` with
 * `{ once: true }` hit only those that are open.
 */
export interface FaultProxy {
  /** Reach the target by this, e.g. `http://127.0.0.1:40123`. */
  endpoint: string;
  port: number;
  /** Connections open right now. */
  connections(): number;
  /** Ends them properly (FIN) and takes no new ones. */
  cut(options?: { once?: boolean }): void;
  /** Tears them down with RST. */
  reset(options?: { once?: boolean }): void;
  /** Delays each piece of data, in both directions, by so many ms. */
  slow(delayMs: number): void;
  /** Takes connections and data and passes nothing on, nor closes. */
  blackHole(): void;
  /** As `blackHole`, but only for what the target answers: requests do arrive. */
  loseReplies(): void;
  /** As `blackHole`, but only for what is sent to the target: its answers and streams go on. */
  holdRequests(): void;
  /** Ends the fault. What a black hole held back is passed on late. */
  heal(): void;
  stop(): Promise<void>;
}

type Fault = { kind: 'none' | 'cut' | 'reset' | 'black-hole' | 'lose-replies' | 'hold-requests' } | { kind: 'slow'; delayMs: number };

interface Pair {
  client: Socket;
  target: Socket;
}

/** What holds for all connections of a proxy, and what its connections are. */
interface Connections {
  fault: Fault;
  pairs: Set<Pair>;
  /** What a black hole holds back. */
  held: (() => void)[];
}

/** Starts the proxy on loopback. */
export async function faultProxy({ target, port = 0, t }: FaultProxyOptions): Promise<FaultProxy> {
  const all: Connections = { fault: { kind: 'none' }, pairs: new Set(), held: [] };
  const server = createServer({ allowHalfOpen: true }, (client) => take(client, target, all));
  const address = await listen(server, port);
  const begin = (fault: Fault) => void (all.fault = fault);
  const stop = () => stopAll(server, all);
  t?.teardown(stop);
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    port: address.port,
    connections: () => all.pairs.size,
    cut: (options) => hit(all, 'cut', options?.once),
    reset: (options) => hit(all, 'reset', options?.once),
    slow: (delayMs) => begin({ kind: 'slow', delayMs }),
    blackHole: () => begin({ kind: 'black-hole' }),
    loseReplies: () => begin({ kind: 'lose-replies' }),
    holdRequests: () => begin({ kind: 'hold-requests' }),
    heal: () => {
      begin({ kind: 'none' });
      for (const passOn of all.held.splice(0)) passOn();
    },
    stop,
  };
}

function take(client: Socket, target: string, all: Connections): void {
  if (all.fault.kind === 'cut') return void client.end().destroy();
  if (all.fault.kind === 'reset') return reset(client);
  const pair = { client, target: open(target) };
  all.pairs.add(pair);
  join(pair, () => all.fault, all.held);
  const gone = () => {
    if (client.destroyed && pair.target.destroyed) all.pairs.delete(pair);
  };
  client.on('close', gone);
  pair.target.on('close', gone);
}

function hit(all: Connections, kind: 'cut' | 'reset', onceOnly = false): void {
  if (!onceOnly) all.fault = { kind };
  for (const { client, target } of all.pairs) for (const socket of [client, target]) end(socket, kind);
}

async function stopAll(server: Server, { pairs }: Connections): Promise<void> {
  for (const { client, target } of pairs) [client, target].forEach((socket) => socket.destroy());
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}

function open(target: string): Socket {
  const url = new URL(target);
  if (url.protocol === 'unix:') return connect({ path: url.pathname, allowHalfOpen: true });
  return connect({ host: url.hostname, port: Number(url.port || 80), allowHalfOpen: true });
}

async function listen(server: Server, port: number): Promise<AddressInfo> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server.address() as AddressInfo;
}

function join(pair: Pair, fault: () => Fault, held: (() => void)[]): void {
  pump(pair.client, pair.target, () => fault().kind === 'black-hole' || fault().kind === 'hold-requests', fault, held);
  const swallowed = () => fault().kind === 'black-hole' || fault().kind === 'lose-replies';
  pump(pair.target, pair.client, swallowed, fault, held);
}

/** Passes data and ends from one socket to the other, as the fault of the moment allows, in order. */
function pump(from: Socket, to: Socket, swallows: () => boolean, fault: () => Fault, held: (() => void)[]): void {
  let queue = Promise.resolve();
  const pass = (act: () => void) => {
    queue = queue.then(async () => {
      const now = fault();
      if (now.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, now.delayMs));
      if (swallows()) await new Promise<void>((resolve) => held.push(resolve));
      if (!to.destroyed) act();
    });
  };
  from.on('data', (data) => pass(() => to.write(data)));
  from.on('end', () => pass(() => to.end()));
  from.on('error', () => pass(() => reset(to)));
  from.on('close', () => pass(() => to.end()));
}

function end(socket: Socket, kind: 'cut' | 'reset'): void {
  if (kind === 'reset') reset(socket);
  else socket.end(() => socket.destroy());
}

/** A socket that has sent its end can't be reset any more: libuv refuses, and Node then leaves it open, spinning, for ever. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
