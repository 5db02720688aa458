import { ApiError } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';

/** Throws Forbidden, which says what is for admins only. */
export function assertAdmin({ identity }: FastifyRequest, what: string): void {
  if (identity.role !== 'admin') throw new ApiError('Forbidden', `${what} for admins`);
}
