import { agentPaths } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';

/** Where this agent reaches this server: what it called, whatever lies in between. */
export function serverOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

export function stateAddress(server: string, { namespace, service }: { namespace: string; service: string }): string {
  return new URL(agentPaths.state(namespace, service), server).href;
}
