import { ApiError, type KindDefinition } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import { titleOf } from './existing.js';

export interface Params {
  namespace?: string;
  name?: string;
}

/** Path parameters, checked: they become parts of keys. Throws BadRequest. */
export function paramsOf(kind: KindDefinition, request: FastifyRequest): Params {
  const params = request.params as Params;
  for (const [what, value] of Object.entries(params))
    if (!/^[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?$/.test(value)) throw new ApiError('BadRequest', `${JSON.stringify(value.slice(0, 100))} can't be a ${what} of ${titleOf(kind)}: it must be lower-case letters, digits and "-"`);
  return params;
}
