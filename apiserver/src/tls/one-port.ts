import type { FastifyInstance } from 'fastify';
import { createServer, type Server } from 'node:https';
import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { KeyAndCertificate } from './certificate.js';

/** The first byte of a TLS handshake record; no HTTP request begins with it. */
const handshake = 0x16;
const firstByteMs = 15_000;

/** Has the server answer TLS on the port where it answers plain HTTP: what a connection speaks is told by its first byte. */
export function answerTls(app: FastifyInstance, pair: KeyAndCertificate, bounds: { maxHeaderSize: number; headersTimeout: number; requestTimeout: number }): void {
  const plain = app.server as HttpServer;
  const tls: Server = createServer({ ...pair, ...bounds, minVersion: 'TLSv1.2' }, (request, response) => void plain.emit('request', request, response));
  const [acceptPlain] = plain.listeners('connection') as ((socket: Socket) => void)[];
  plain.removeAllListeners('connection');
  plain.on('connection', (socket: Socket) => sniff(socket, (isTls) => (isTls ? tls.emit('connection', socket) : acceptPlain!.call(plain, socket))));
  // Time-outs are watched from here on, as if it listened itself.
  plain.once('listening', () => tls.emit('listening'));
  app.addHook('onClose', async () => {
    tls.closeAllConnections();
    tls.close();
  });
}

function sniff(socket: Socket, hand: (isTls: boolean) => void): void {
  const giveUp = () => socket.destroy();
  const timer = setTimeout(giveUp, firstByteMs);
  socket.once('error', giveUp);
  socket.once('close', () => clearTimeout(timer));
  socket.once('readable', () => {
    clearTimeout(timer);
    const first = socket.read(1) as Buffer | null;
    if (first === null) return giveUp();
    socket.unshift(first);
    socket.off('error', giveUp);
    hand(first[0] === handshake);
  });
}
