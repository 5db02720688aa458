import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2, createServer, type Http2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import type { Fault } from './misbehaving-mirror.js';

/**
 * Stands in for a provider that goes wrong: it hands every call on to the real one, until a file says what to do instead when
 * a resource is read. Run as `misbehaving-provider.js <real provider> <file>`.
 */
const [, , real = '', file = ''] = process.argv;
const child = spawn(real, [], { stdio: ['ignore', 'pipe', 'ignore'] });
const [line] = (await once(child.stdout, 'data')) as [Buffer];
const [core, protocol, network, socket = '', kind] = line.toString().trim().split('|');
const behind = connectHttp2('http://provider', { createConnection: () => connect(socket) });
const hoard: Buffer[] = [];
const whenStarted = faultNow();

const server = createServer();
server.on('session', (session: Http2Session) => session.on('error', () => undefined));
server.on('stream', (stream, headers) => {
  stream.on('error', () => undefined);
  const fault = String(headers[':path']).endsWith('/ReadResource') ? faultNow() : 'None';
  if (fault === 'Leak') hoard.push(Buffer.alloc(600 * 1024 ** 2, 1));
  if (fault === 'None' || fault === 'Leak' || (fault === 'Expired' && fault === whenStarted)) handOn(stream, headers);
  else misbehave(stream, fault);
});
server.listen(`${socket}.front`, () => process.stdout.write(`${core}|${protocol}|${network}|${socket}.front|${kind}|\n`));

function faultNow(): Fault {
  return readFileSync(file, 'utf8').trim() as Fault;
}

function misbehave(stream: ServerHttp2Stream, fault: Exclude<Fault, 'None' | 'Leak'>): void {
  if (fault === 'Crash') process.exit(1);
  if (fault === 'Hang') return;
  const noise = randomBytes(200);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(fault === 'CutShort' ? 9_000 : noise.length, 1);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat([head, noise]));
}

function handOn(stream: ServerHttp2Stream, { ':path': path, ':method': method, ...rest }: IncomingHttpHeaders): void {
  const onward = behind.request({ ':path': String(path), ':method': String(method), 'content-type': rest['content-type'], te: 'trailers' });
  let trailers: IncomingHttpHeaders = {};
  onward.on('error', () => stream.destroy());
  onward.on('response', ({ ':status': status, ...headers }) => stream.respond({ ':status': status, ...headers }, { waitForTrailers: true }));
  onward.on('trailers', (given) => (trailers = given));
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.on('close', () => onward.close());
  stream.pipe(onward);
  onward.pipe(stream);
}
