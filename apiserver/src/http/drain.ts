import type { FastifyInstance } from 'fastify';
import type { Server } from 'node:http';
import { stopping } from '../store-failure.js';

/** Requests under way when the server is told to stop have so long to end, in ms. */
const drainMs = 5_000;
/** How often connections that have become idle are closed meanwhile, in ms. */
const sweepMs = 50;

/** At the stop, what is under way is ended in order; what comes later by a connection that is still open is told to go elsewhere. */
export function drainAtClose(app: FastifyInstance, servers: readonly Pick<Server, 'closeIdleConnections' | 'closeAllConnections'>[]): void {
  let closing = false;
  const timers: NodeJS.Timeout[] = [];
  app.addHook('onRequest', async () => {
    if (closing) throw stopping();
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    closing = true;
    timers.push(setInterval(() => servers.forEach((server) => server.closeIdleConnections()), sweepMs));
    timers.push(setTimeout(() => servers.forEach((server) => server.closeAllConnections()), drainMs));
  });
  app.addHook('onClose', async () => timers.forEach(clearTimeout));
}
