import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Teardown } from '@spawnit/testkit';

/** A call by which an agent, or tofu through its gate, changes something on the engine. */
export interface EngineCall {
  agent: string;
  /** When it arrived, in ms of `performance.now()`. */
  at: number;
  method: string;
  path: string;
  /** The labels that a create gives. */
  labels?: Record<string, string>;
  status?: number;
  /** What a refusal or a create answered. */
  answer?: string;
}

export interface EngineTap {
  /** To be given to the agent as its engine. */
  host: string;
  /** Breaks what is open and takes no new connections. */
  cut(): void;
  /** Holds each call that arrives for so many ms. */
  slow(ms: number): void;
  heal(): void;
}

interface TapOptions {
  agent: string;
  engine: string;
  socket: string;
  t: Teardown;
  /** Told as soon as a call has arrived; status and answer come later. */
  onCall: (call: EngineCall) => void;
}

/** Stands between an agent and its engine, and writes down who changed what. */
export async function tapEngine({ agent, engine, socket, t, onCall }: TapOptions): Promise<EngineTap> {
  const open = new Set<Socket>();
  let fault: { kind: 'none' } | { kind: 'cut' } | { kind: 'slow'; ms: number } = { kind: 'none' };
  const target = engine.replace('unix://', '');
  const server = createServer((req, res) => {
    const call: EngineCall = { agent, at: performance.now(), method: req.method ?? '', path: withoutVersion(req.url ?? '') };
    const changes = !['GET', 'HEAD', 'OPTIONS'].includes(call.method);
    if (changes) onCall(call);
    const go = () => void (res.destroyed || forward(target, call, changes, req, res));
    if (fault.kind === 'slow') setTimeout(go, fault.ms);
    else go();
  });
  server.on('connection', (connection) => {
    if (fault.kind === 'cut') return void connection.destroy();
    open.add(connection);
    connection.once('close', () => open.delete(connection)).on('error', () => undefined);
  });
  server.on('upgrade', (req, connection: Duplex, head: Buffer) => tunnel(target, req, connection, head));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  t.teardown(() => {
    for (const each of open) each.destroy();
    server.close();
  });
  return {
    host: `unix://${socket}`,
    cut: () => {
      fault = { kind: 'cut' };
      for (const each of open) each.destroy();
    },
    slow: (ms) => void (fault = { kind: 'slow', ms }),
    heal: () => void (fault = { kind: 'none' }),
  };
}

function forward(target: string, call: EngineCall, changes: boolean, req: IncomingMessage, res: ServerResponse): void {
  const onward = request({ socketPath: target, method: req.method, path: req.url, headers: req.rawHeaders, setHost: false });
  const sent: Buffer[] = [];
  if (call.path.includes('/create')) req.on('data', (chunk: Buffer) => sent.push(chunk)).on('end', () => (call.labels = labelsIn(Buffer.concat(sent))));
  onward.on('response', (answer) => {
    call.status = answer.statusCode;
    const said: Buffer[] = [];
    if (changes) answer.on('data', (chunk: Buffer) => said.push(chunk)).on('end', () => (call.answer = Buffer.concat(said).toString().slice(0, 500)));
    res.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    res.flushHeaders();
    answer.on('error', () => res.destroy());
    answer.pipe(res);
  });
  onward.on('error', () => res.destroy());
  res.on('close', () => onward.destroy());
  req.on('error', () => onward.destroy());
  req.pipe(onward);
}

function tunnel(target: string, req: IncomingMessage, connection: Duplex, head: Buffer): void {
  const onward = connect(target);
  const lines = req.rawHeaders.flatMap((key, i) => (i % 2 === 0 ? [`${key}: ${req.rawHeaders[i + 1]}\r\n`] : []));
  onward.write(`${req.method} ${req.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
  onward.write(head);
  for (const [one, other] of [[onward, connection], [connection, onward]] as const) one.on('error', () => other.destroy()).on('close', () => other.destroy());
  onward.pipe(connection);
  connection.pipe(onward);
}

function labelsIn(body: Buffer): Record<string, string> | undefined {
  try {
    return (JSON.parse(body.toString()) as { Labels?: Record<string, string> }).Labels;
  } catch {
    return undefined;
  }
}

function withoutVersion(path: string): string {
  return path.replace(/^\/v[\d.]+/, '');
}
