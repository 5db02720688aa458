import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { Transform, type Duplex } from 'node:stream';
import { GateTraffic, listenAsGate, type Gate } from './gate-traffic.js';

export interface GateOptions {
  /** The engine's socket. */
  engine: string;
  /** Where the gate listens; at most 107 bytes, as Unix sockets have it. */
  socket: string;
  /** Why nothing may be changed now; undefined while it may. Asked at every request and every piece of a body. */
  refusal: () => string | undefined;
}

/**
 * A run's own way to the Docker engine. Reads pass; what changes something passes only while the lease holds, so a process
 * that was stopped for long and goes on finds it shut (promise I1).
 */
export async function openGate({ engine, socket, refusal }: GateOptions): Promise<Gate> {
  const traffic = new GateTraffic();
  const server = createServer((req, res) => forward({ engine, refusal, onSilence: () => traffic.silence() }, req, res));
  server.on('connection', (connection) => traffic.keep(connection));
  server.on('upgrade', (req: IncomingMessage, connection: Duplex, head: Buffer) => {
    const why = refusal();
    if (why !== undefined) return void connection.end(refusedHead(why));
    tunnel({ engine, traffic, refusal }, req, connection, head);
  });
  return listenAsGate(server, socket, traffic);
}

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);

interface Onward extends Pick<GateOptions, 'engine' | 'refusal'> {
  onSilence: () => void;
}

function forward({ engine, refusal, onSilence }: Onward, req: IncomingMessage, res: ServerResponse): void {
  const guard = reads.has(req.method ?? '') ? () => undefined : refusal;
  const why = guard();
  if (why !== undefined) return refuse(req, res, why);
  const onward = request({ socketPath: engine, method: req.method, path: req.url, headers: req.rawHeaders, setHost: false });
  const fail = (error: Error) => {
    onward.destroy();
    refuse(req, res, error.message);
  };
  onward.on('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    res.flushHeaders();
    answer.on('error', () => {
      if (!res.destroyed) onSilence();
      res.destroy();
    });
    answer.pipe(res);
  });
  onward.on('error', (error) => {
    if (!res.destroyed) onSilence();
    fail(new Error(`cannot reach the Docker engine: ${error.message}`));
  });
  res.on('close', () => onward.destroy());
  req.pipe(guarded(guard)).on('error', fail).pipe(onward);
}

/** Lets a body pass only piece by piece: a process may be stopped between two of them. */
function guarded(refusal: GateOptions['refusal']): Transform {
  const check = (done: (error?: Error | null, data?: Buffer) => void, chunk?: Buffer) => {
    const why = refusal();
    return why === undefined ? done(null, chunk) : done(new Error(why));
  };
  return new Transform({ transform: (chunk: Buffer, _encoding, done) => check(done, chunk), flush: (done) => check(done) });
}

/** A connection that changes its protocol (attach, exec, build) is carried on as bytes; each may be the next change. */
function tunnel({ engine, traffic, refusal }: { engine: string; traffic: GateTraffic; refusal: GateOptions['refusal'] }, req: IncomingMessage, connection: Duplex, head: Buffer): void {
  const onward = connect(engine);
  traffic.keep(onward);
  const headers = pairs(req.rawHeaders).map(([key, value]) => `${key}: ${value}\r\n`);
  onward.write(`${req.method} ${req.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
  onward.write(head);
  onward.on('error', () => connection.destroy());
  connection.on('error', () => onward.destroy());
  onward.on('close', () => connection.destroy());
  connection.on('close', () => onward.destroy());
  onward.pipe(connection);
  connection.pipe(guarded(refusal)).on('error', () => connection.destroy()).pipe(onward);
}

/** What is still being sent is read away: a client that finds its connection broken never reads why. */
function refuse(req: IncomingMessage, res: ServerResponse, message: string): void {
  if (res.headersSent) return void res.destroy();
  req.unpipe();
  req.resume();
  res.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

function refusedHead(message: string): string {
  const body = JSON.stringify({ message });
  return `HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
}

function pairs(flat: string[]): [string, string][] {
  return flat.flatMap((key, i): [string, string][] => (i % 2 === 0 ? [[key, flat[i + 1] ?? '']] : []));
}
