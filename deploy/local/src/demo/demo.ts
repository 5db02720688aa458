import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeContainers } from '../engine/containers.js';
import type { Star } from '../star/star.js';

export interface Demo {
  /** Where the apiserver hands on to, a socket in a folder of this user alone. */
  socket: string;
  /** What is broken is this star; until it is known, nothing is. */
  serve(star: Star): void;
  stop(): Promise<void>;
}

/** Answers `POST /services/{uid}/break` and `POST /nodes/{name}/(kill|start)` on a socket. */
export async function startDemo(): Promise<Demo> {
  // A socket's path may have 107 bytes: the data folder may be deeper than that.
  const dir = mkdtempSync(join(tmpdir(), 'spawnit-demo-'));
  const socket = join(dir, 'socket');
  let star: Star | undefined;
  const server = createServer((request, response) => void answer(star, request, response));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  const stop = async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(dir, { recursive: true, force: true });
  };
  return { socket, serve: (of) => void (star = of), stop };
}

async function answer(star: Star | undefined, { method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const refusal = star && method === 'POST' ? await act(star, url) : 'nothing is to be broken yet';
    response.writeHead(refusal === undefined ? 204 : 409).end(refusal);
  } catch (error) {
    response.writeHead(500).end((error as Error).message);
  }
}

/** Does it, or says why it can't be done. */
async function act(star: Star, path: string): Promise<string | undefined> {
  const [, kind, of = '', what] = path.split('/').map(decodeURIComponent);
  if (kind === 'services') return breakService(star, of);
  const agent = star.options.agents.find(({ name }) => name === of);
  if (!agent) return `this star has no agent called ${of}`;
  if (what === 'kill') await star.killAgent(of);
  else star.reviveAgent(agent);
  return undefined;
}

async function breakService(star: Star, uid: string): Promise<string | undefined> {
  const hosts = [...new Set(star.options.agents.map(({ dockerHost }) => dockerHost))];
  const removed = await Promise.all(hosts.map((host) => removeContainers(host, { uid })));
  return removed.flat().length > 0 ? undefined : 'it has no container to remove';
}
