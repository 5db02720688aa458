import { ApiError, type Identity } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import type { RunIdentity } from '../state/records.js';

export type NodeIdentity = Extract<Identity, { role: 'node' }>;

/** The agent that calls, whatever node the path names. Throws Forbidden. */
export function anyNode({ identity }: FastifyRequest): NodeIdentity {
  if (identity.role !== 'node') throw new ApiError('Forbidden', 'this is for agents, with the token of their node');
  return identity;
}

/** The agent of the node in the path, and nobody else. */
export function nodeAt(request: FastifyRequest): NodeIdentity {
  const identity = anyNode(request);
  if ((request.params as { node: string }).node !== identity.name) throw new ApiError('Forbidden', 'an agent may speak only for its own node');
  return identity;
}

/** Who reports on the job in the path: its node's agent, or its run with the run's own token. */
export function reporterAt(request: FastifyRequest): NodeIdentity | RunIdentity {
  const { identity } = request;
  if (identity.role !== 'run') return anyNode(request);
  const { namespace, job } = request.params as { namespace: string; job: string };
  if (identity.namespace !== namespace || identity.job !== job) throw new ApiError('Forbidden', 'this token belongs to a run of another job');
  return identity;
}
