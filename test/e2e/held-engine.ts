import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { tempDir, waitFor } from '@spawnit/testkit';

/** A stand-in between agent and engine that lets everything through but the calls it is told to hold: it makes 'in the middle of an apply' last as long as a test needs. */
export interface HeldEngine {
  /** To be given to an agent as its engine. */
  host: string;
  /** Holds each call whose request line matches, from now on. */
  hold(call: RegExp): void;
  /** Waits until a call is held. */
  held(): Promise<void>;
  /** Lets go what is held, and holds nothing more. */
  release(): void;
}

interface Test {
  teardown(handler: () => unknown): void;
}

export async function heldEngine(t: Test, engine: string): Promise<HeldEngine> {
  const socket = join(tempDir(t), 'held.sock');
  const waiting = new Set<() => void>();
  const open = new Set<Socket>();
  let pattern: RegExp | undefined;
  const server = createServer((client) => relay(client, engine.replace('unix://', ''), open, (chunk, go) => {
    if (pattern?.test(requestLine(chunk))) waiting.add(go);
    else go();
  }));
  await listen(server, socket);
  t.teardown(() => {
    for (const one of open) one.destroy();
    server.close();
  });
  return {
    host: `unix://${socket}`,
    hold: (call) => void (pattern = call),
    held: async () => void (await waitFor(() => waiting.size > 0, { what: 'a call to the engine to be held' })),
    release: () => {
      pattern = undefined;
      for (const go of waiting) go();
      waiting.clear();
    },
  };
}

function relay(client: Socket, engine: string, open: Set<Socket>, decide: (chunk: Buffer, go: () => void) => void): void {
  const upstream = createConnection(engine);
  for (const one of [client, upstream]) {
    open.add(one);
    one.on('close', () => open.delete(one));
    one.on('error', () => undefined);
  }
  client.on('data', (chunk) => {
    client.pause();
    decide(chunk, () => {
      upstream.write(chunk);
      client.resume();
    });
  });
  client.on('end', () => upstream.end());
  client.on('close', () => upstream.destroy());
  upstream.pipe(client);
}

function requestLine(chunk: Buffer): string {
  const end = chunk.indexOf('\r\n');
  return chunk.toString('latin1', 0, end < 0 ? Math.min(chunk.length, 200) : end);
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => server.once('error', reject).listen(socket, resolve));
}
