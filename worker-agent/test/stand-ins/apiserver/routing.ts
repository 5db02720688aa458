import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Call {
  match: RegExpMatchArray;
  body: Buffer;
  query: URLSearchParams;
  res: ServerResponse;
}

/** Method, path, and what is answered: a text, an object, a refusal, or that the answer is held open. */
export type Route = [method: string, path: RegExp, act: (call: Call) => unknown];

interface Refusal {
  refused: number;
  reason: string;
}
const held = Symbol('held');

export async function route(routes: readonly Route[], req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url!, 'http://stand-in');
  const body = await buffer(req);
  for (const [method, path, act] of routes) {
    const match = method === req.method && url.pathname.match(path);
    if (!match) continue;
    const result = await act({ match, body, query: url.searchParams, res });
    return result === held ? undefined : send(res, result);
  }
  send(res, refusal(404, 'NotFound'));
}

export function refusal(refused: number, reason: string): Refusal {
  return { refused, reason };
}

/** Leaves the answer open, for more to be written. */
export function hold(open: Set<ServerResponse>, res: ServerResponse): typeof held {
  open.add(res);
  res.on('close', () => open.delete(res));
  res.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  return held;
}

export function json(body: Buffer): unknown {
  return JSON.parse(body.toString());
}

/** `namespace/name`, of a path that names both. */
export function keyOf({ match }: Call): string {
  return `${match[1]}/${match[2]}`;
}

function send(res: ServerResponse, result: unknown): void {
  if (typeof result === 'string') return void res.end(result);
  const { refused, reason } = (result ?? {}) as Partial<Refusal>;
  if (refused === undefined) return void res.end(JSON.stringify(result ?? {}));
  res.writeHead(refused, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: refused, reason, message: `the stand-in refuses: ${reason}` }));
}
