import { condition, mustMove, type Job, type Service, type ServiceStatus } from '@spawnit/contract';
import { eventOp } from '@spawnit/controller';
import type { Placement } from './place.js';
import { scheduled, statusOp, type Op } from './ops.js';

type Place = Extract<Placement, { node: string }>;
type Wait = Extract<Placement, { wait: string }>;

/** The one commit that gives a job to a node: it raises the service's epoch, which fences off whoever had it before. */
export function assignOps(job: Job, service: Service, to: Place, now: string): { ops: Op[]; service: Service } {
  const status = placedStatus(job, service, to, now);
  const { message: _, ...jobStatus } = job.status ?? { phase: 'Pending' as const };
  const assigned = statusOp(job, { ...jobStatus, phase: 'Assigned', node: to.node, epoch: status.epoch, assignedTime: now });
  const event = eventOp({ component: 'scheduler', about: service, type: 'Normal', reason: 'Assigned', message: `${job.spec.type} runs on node "${to.node}"`, now });
  return { ops: [assigned, statusOp(service, status), event], service: { ...service, status } };
}

function placedStatus(job: Job, service: Service, to: Place, now: string): ServiceStatus {
  const before = service.status ?? {};
  const epoch = (before.epoch ?? 0) + 1;
  // A plan changes nothing, so what stands elsewhere goes on counting as standing there.
  if (job.spec.type === 'Plan' && before.applied && before.engine !== to.engine) return { ...before, epoch };
  const moved = before.applied !== undefined && before.node !== undefined && before.node !== to.node;
  const placed = moved ? { reason: 'Moved', message: `moved from node "${before.node}" to node "${to.node}"` } : { reason: 'Placed', message: `is on node "${to.node}"` };
  return { ...before, node: to.node, engine: to.engine, epoch, conditions: scheduled(service, { status: 'True', ...placed }, now) };
}

/** Says why a job waits, on the job and, unless it stands somewhere already, on its service. Nothing when that is said already. */
export function waitOps(job: Job, service: Service, { wait, message }: Wait, now: string): Op[] {
  const ops: Op[] = [];
  if (job.status?.message !== message) ops.push(statusOp(job, { ...(job.status ?? { phase: 'Pending' }), message }));
  const before = condition(service, 'Scheduled');
  if (before?.status === 'True') return ops;
  const next = waitCondition(service, wait, message);
  if (before?.reason === next.reason && before.message === next.message) return ops;
  ops.push(statusOp(service, { ...service.status, conditions: scheduled(service, { status: 'False', ...next }, now) }));
  if (before?.reason !== next.reason) ops.push(eventOp({ component: 'scheduler', about: service, type: 'Warning', reason: 'FailedScheduling', message, now }));
  return ops;
}

/** That it must move stays its reason until it has: only then is it known, after a cancelled job too, that another is due. */
function waitCondition(service: Service, wait: string, message: string): { reason: string; message: string } {
  const move = mustMove(service);
  return move ? { reason: move.reason, message: `${move.message.split(';')[0]}; ${message}` } : { reason: wait, message };
}
