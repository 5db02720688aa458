import { ApiError } from '@spawnit/contract';
import type { FastifyInstance } from 'fastify';
import { BlockList } from 'node:net';
import type { TLSSocket } from 'node:tls';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Tokens and secrets are not spoken in the clear over a wire: from other machines only TLS is taken, but for the probes, which carry neither. */
export function refusePlain(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw: { socket }, headers, routeOptions }) => {
    if ((socket as TLSSocket).encrypted || isLoopback(socket.remoteAddress)) return;
    if (routeOptions.config?.public && headers.authorization === undefined) return;
    throw new ApiError('BadRequest', 'plain HTTP is answered on this machine only: use https, on the same port, and trust keys/tls.crt of the data folder; take any token that was sent for known to others');
  });
}

function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return loopback.check(plain, plain.includes(':') ? 'ipv6' : 'ipv4');
}
