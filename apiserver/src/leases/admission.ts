import { ApiError, condition, lease, nodeKind, type Node } from '@spawnit/contract';
import type { Admission } from '../resources/hooks.js';
import type { Leases } from './leases.js';
import type { Members } from './members.js';

/** A node is called lost only when this server itself has not heard it for long enough, at the very commit that says so. */
export function refuseEarlyLoss(leases: Leases, members: Members): Admission {
  return ({ verb, kind, object, old, view }) => {
    if (verb !== 'updateStatus' || kind.kind !== nodeKind.kind || !becomesLost(old as Node | undefined, object as Node)) return object;
    const { name } = object.metadata;
    if (leases.isSilent(name)) {
      if (members.isKnown(view)) return object;
      throw conflict(name, 'this server has not joined the others (yet), so it is told nothing of what they hear');
    }
    const seconds = (leases.silentFor(name) / 1_000).toFixed(1);
    const why = leases.blind ? 'the store was out of reach, so its heartbeats could not be acknowledged' : `its silence has lasted ${seconds} s here, and ${lease.silenceSeconds} s are needed`;
    throw conflict(name, why);
  };
}

function conflict(name: string, why: string): ApiError {
  return new ApiError('Conflict', `node ${name} is not lost: ${why}`, { kind: 'nodes', name, retryAfterSeconds: 1 });
}

function becomesLost(old: Node | undefined, node: Node): boolean {
  const lost = (of: Node | undefined) => of !== undefined && condition(of, 'Ready')?.status === 'False';
  return lost(node) && !lost(old);
}
