import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';

/**
 * /livez: the process answers. /readyz and /healthz: so does everything it needs.
 * Who says who he is, and asks for `?verbose` or gets a failure, sees each dependency by name.
 */
export function probeRoutes(app: FastifyInstance, context: ServerContext): void {
  const config = { public: true };
  app.get('/livez', { config }, (_request, reply) => reply.type('text/plain').send('ok'));
  for (const path of ['/readyz', '/healthz']) app.get(path, { config }, (request, reply) => probe(context, request, reply));
}

function probe(context: ServerContext, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const checks = dependencies(context);
  const ok = checks.every(({ problem }) => problem === undefined);
  const lines = checks.map(({ name, detail, problem }) => (problem === undefined ? `[+]${name} ok${detail}` : `[-]${name} failed: ${problem}`));
  const verbose = request.identity !== undefined && (!ok || (request.query as { verbose?: string }).verbose !== undefined);
  const verdict = ok ? 'ok' : 'not ready';
  return reply.code(ok ? 200 : 503).type('text/plain').send(verbose ? `${lines.join('\n')}\n${verdict}\n` : verdict);
}

function dependencies({ registry, objects, hooks }: ServerContext): { name: string; detail: string; problem: string | undefined }[] {
  const { ok, seq, lastError, sinceMs } = registry.health();
  const since = `${(sinceMs / 1000).toFixed(1)} s ago`;
  const store = { name: `store (${objects.name})`, detail: `, commit ${seq}, answered ${since}`, problem: ok ? undefined : `${lastError}; it answered last ${since}` };
  return [store, ...[...hooks.readiness].map(([name, check]) => ({ name, detail: '', problem: check() }))];
}
