import { agentPaths, ApiError, parseOrThrow, serviceKind, Suspicions, type Service } from '@spawnit/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nodeAt } from '../agent/caller.js';
import type { ServerContext } from '../context.js';
import type { Members } from '../leases/members.js';
import { find } from '../resources/records.js';
import { ndjsonStream } from './ndjson-stream.js';
import { tellOthers } from './other-servers.js';

/** Agents say of which services their engine has told something; the drift controller hears it from any server. Nothing is kept. */
export function suspicionRoutes(app: FastifyInstance, context: ServerContext, members: Members): void {
  const listeners = new Set<(line: string) => void>();
  app.post(agentPaths.suspicions(':node').replace('%3A', ':'), (request) => {
    const { name: node } = nodeAt(request);
    const { services } = parseOrThrow(Suspicions, request.body, { kind: 'Suspicions' });
    const own = services.filter(({ namespace, name, uid }) => {
      const service = find<Service>(context.registry.view, serviceKind, namespace, name);
      return service?.metadata.uid === uid && service.status?.node === node;
    });
    if (own.length > 0) for (const send of listeners) send(`${JSON.stringify({ services: own })}\n`);
    tellOthers(context, members, request);
    return {};
  });
  app.get(agentPaths.allSuspicions, (request, reply) => listen(context, listeners, request, reply));
}

function listen(context: ServerContext, listeners: Set<(line: string) => void>, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { role } = request.identity;
  if (role !== 'admin' && role !== 'drift-controller') throw new ApiError('Forbidden', 'this is for the drift controller');
  return ndjsonStream(context, request, reply, (send) => {
    listeners.add(send);
    return () => listeners.delete(send);
  });
}
