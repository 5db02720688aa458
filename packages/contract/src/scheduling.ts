import { condition, type Condition } from './meta.js';
import type { Service } from './kinds/service.js';

/**
 * Reasons of a service's condition Scheduled=False that say: it stood somewhere and must be placed anew.
 * The scheduler writes them and keeps them until it is placed; the reconciler answers with a job of trigger Move.
 * Other reasons of Scheduled=False only say why a job that exists waits.
 */
export const moveReasons = ['NodeLost', 'NodeDraining', 'NodeTainted', 'EngineLost'] as const;
export type MoveReason = (typeof moveReasons)[number];

/** Why the service has to be placed anew; undefined when it stands where it is. */
export function mustMove(service: Service): (Condition & { reason: MoveReason }) | undefined {
  const scheduled = condition(service, 'Scheduled');
  const moves = scheduled?.status === 'False' && (moveReasons as readonly string[]).includes(scheduled.reason);
  return moves ? (scheduled as Condition & { reason: MoveReason }) : undefined;
}
