import { ApiError, leaseHeader, leaseKind, ledRoles, leaseToken, type Identity, type Lease } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import { find } from '../resources/records.js';
import type { View } from '../store/log/view.js';

/**
 * Throws NotLeader unless the caller leads at this very commit: an instance that was stopped and continued changes nothing
 * once another leads. While nobody holds the lease, a controller that knows of none may write, as before there were leases.
 */
export function assertLeads(view: View, { role }: Identity, token: string | undefined): void {
  if (!(ledRoles as readonly string[]).includes(role)) return;
  const spec = find<Lease>(view, leaseKind, undefined, role)?.spec;
  const current = spec?.session === undefined ? undefined : leaseToken(spec);
  if (token === current) return;
  const leads = current === undefined ? 'nobody holds it now' : `${spec!.holder} leads at epoch ${spec!.epoch}`;
  const why = token === undefined ? 'this write names no epoch of it' : `this write is of epoch ${token.split('.')[0]}`;
  throw new ApiError('NotLeader', `lease ${role}: ${leads}, and ${why}`, { kind: 'leases', name: role });
}

export function leaseTokenOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const given = headers[leaseHeader];
  return typeof given === 'string' ? given : undefined;
}
