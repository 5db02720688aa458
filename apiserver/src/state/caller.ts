import { ApiError } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import type { RunIdentity } from './records.js';

/** The run that calls, if it is of the service in the path. Throws Forbidden. */
export function runAt({ identity, params }: FastifyRequest): RunIdentity {
  const { namespace, service } = params as { namespace: string; service: string };
  if (identity.role !== 'run') throw new ApiError('Forbidden', 'a state is reached only with the token of a run');
  if (identity.namespace !== namespace || identity.service !== service) throw new ApiError('Forbidden', 'this token belongs to a run of another service');
  return identity;
}
