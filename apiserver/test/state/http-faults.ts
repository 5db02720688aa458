import type { Teardown } from '@spawnit/testkit';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request. `done`: it reaches the server all the same. */
export type HttpFault =
  | { kind: 'status'; status: number; done?: boolean; headers?: Record<string, string>; body?: string }
  | { kind: 'reset'; done?: boolean; afterMs?: number }
  | { kind: 'half' }
  | { kind: 'slow'; ms: number }
  | { kind: 'refuse'; ms: number };

export interface HttpFaults {
  url: string;
  /** Requests that came with this method. */
  seen(method: string): number;
  /** The next request with this method fails so. */
  next(method: string, fault: HttpFault): void;
}

/** Stands between tofu and the server, and spoils single requests on command. */
export async function httpFaults(t: Teardown, target: string): Promise<HttpFaults> {
  const planned = new Map<string, HttpFault>();
  const seen = new Map<string, number>();
  let refuseUntil = 0;
  const server = createServer((incoming, answer) => {
    const method = incoming.method!;
    seen.set(method, (seen.get(method) ?? 0) + 1);
    const fault = planned.get(method);
    planned.delete(method);
    if (fault?.kind === 'refuse') refuseUntil = performance.now() + fault.ms;
    if (performance.now() < refuseUntil) return void incoming.socket.destroy();
    void spoil(incoming, answer, target, fault).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen: (method) => seen.get(method) ?? 0, next: (method, fault) => planned.set(method, fault) };
}

async function spoil(incoming: IncomingMessage, answer: ServerResponse, target: string, fault: HttpFault | undefined): Promise<void> {
  const body = await bytesOf(incoming);
  const forwarded = fault === undefined || fault.kind === 'half' || fault.kind === 'slow' || ('done' in fault && fault.done);
  const real = forwarded ? await forward(incoming, body, target) : undefined;
  if (fault === undefined) return reply(answer, real!);
  if (fault.kind === 'status') return reply(answer, { status: fault.status, headers: fault.headers ?? {}, body: Buffer.from(fault.body ?? '') });
  if (fault.kind === 'half') {
    answer.writeHead(real!.status, { ...real!.headers, 'content-length': String(real!.body.length + 10) });
    answer.write(real!.body.subarray(0, Math.ceil(real!.body.length / 2)));
    return void setTimeout(() => incoming.socket.destroy(), 20);
  }
  if (fault.kind === 'slow') return void setTimeout(() => reply(answer, real!), fault.ms);
  setTimeout(() => incoming.socket.destroy(), fault.kind === 'reset' ? (fault.afterMs ?? 0) : 0);
}

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: Buffer;
}

async function forward({ method, url, headers }: IncomingMessage, body: Buffer, target: string): Promise<Answer> {
  const outgoing = request(new URL(url!, target), { method, headers });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: answer.statusCode!, headers: answer.headers, body: await bytesOf(answer) };
}

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function reply(answer: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _chunked, ...rest } = headers;
  answer.writeHead(status, { ...rest, 'content-length': String(body.length) });
  answer.end(body);
}
