import type { FastifyInstance } from 'fastify';
import { createServer, type Server } from 'node:https';
import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { KeyAndCertificate } from './certificate.js';

/** The first byte of a TLS handshake record; no HTTP request begins with it. */
const handshake = 0x16;
const firstByteMs = 15_000;

/** Has the server answer TLS on the port where it answers plain HTTP: what a connection speaks is told by its first byte. */
export function answerTls(app: FastifyInstance, pair: KeyAndCertificate, bounds: { maxHeaderSize: number; headersTimeout: number; requestTimeout: number }): Server {
  const plain = app.server as HttpServer;
  const tls: Server = createServer({ ...pair, ...bounds, handshakeTimeout: firstByteMs, minVersion: 'TLSv1.2' }, (request, response) => void plain.emit('request', request, response));
  const [acceptPlain] = plain.listeners('connection') as ((socket: Socket) => void)[];
  plain.removeAllListeners('connection');
  const silent = new Set<Socket>();
  let closing = false;
  plain.on('connection', (socket: Socket) => {
    if (closing) socket.destroy();
    else sniff(socket, silent, (isTls) => (isTls ? void tls.emit('connection', socket) : acceptPlain!.call(plain, socket)));
  });
  // Time-outs are watched from here on, as if it listened itself.
  plain.once('listening', () => tls.emit('listening'));
  // Who has said nothing yet is known to neither server, and would be waited for.
  app.addHook('preClose', async () => {
    closing = true;
    for (const socket of silent) socket.destroy();
    tls.close();
  });
  return tls;
}

/** Hands a connection on once it has said something; until then it is among the silent. */
function sniff(socket: Socket, silent: Set<Socket>, hand: (isTls: boolean) => void): void {
  const giveUp = () => socket.destroy();
  const timer = setTimeout(giveUp, firstByteMs);
  const heard = () => {
    clearTimeout(timer);
    silent.delete(socket);
  };
  silent.add(socket);
  socket.once('error', giveUp).once('close', heard);
  socket.once('readable', () => {
    heard();
    const first = socket.read(1) as Buffer | null;
    if (first === null) return giveUp();
    socket.unshift(first);
    socket.off('error', giveUp);
    hand(first[0] === handshake);
  });
}
