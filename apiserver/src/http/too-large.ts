import type { FastifyInstance } from 'fastify';
import { finished } from 'node:stream/promises';

/** Who sends too much is heard out, as long as any request may take, and nothing of it is kept: one who is hung up on while sending does not get to read why. */
export function hearOut(app: FastifyInstance): void {
  app.addHook('onSend', async ({ raw }, reply) => {
    if (reply.statusCode !== 413 || raw.complete) return;
    await finished(raw.resume()).catch(() => undefined);
    reply.removeHeader('connection');
  });
}
