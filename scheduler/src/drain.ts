import { condition, mustMove, type Node, type Service } from '@spawnit/contract';
import { eventOp } from '@spawnit/controller';
import { occupiesSlot, type Cluster, type Snapshot } from './cluster.js';
import { nodeConditionOp } from './lost.js';
import { evicts, isReady } from './node-facts.js';
import { scheduled, statusOp, type Op } from './ops.js';
import { place } from './place.js';

/** Services that may be on their way at once, in the whole cluster. */
const movesAtOnce = 1;

/** Whether any node has or had something to be emptied for; most of the time there is nothing to do. */
export function concernsDrain({ spec, status }: Node): boolean {
  return spec.drain || spec.taints.some(({ effect }) => effect === 'NoExecute') || condition({ status }, 'Drained')?.status === 'True' || condition({ status }, 'Drained')?.reason === 'Draining';
}

/**
 * One step of emptying nodes: marks the next services that must leave and have somewhere to go, and says on the node how
 * far it is. The next one is marked when the one before is Ready at its new place, so a drain that breaks a service
 * stops there. What something depends on leaves first, because its dependants can be placed only beside it.
 */
export function drainStep(snapshot: Snapshot, cluster: Cluster, now: string): Op[][] {
  const leaving = snapshot.services.filter((each) => mayLeave(each, cluster)).sort(byName);
  const onTheWay = snapshot.services.filter(isMoving).length;
  const stuck = new Map<Service, string>();
  const marks: Op[][] = [];
  for (const service of leaving) {
    if (onTheWay + marks.length >= movesAtOnce) break;
    const placement = place({ job: { type: 'Apply' }, service, template: cluster.template(service.spec.template) }, cluster);
    if ('wait' in placement) stuck.set(service, placement.message);
    else marks.push(mark(service, cluster.node(service.status?.node)!, now));
  }
  return [...marks, ...snapshot.nodes.flatMap((node) => drainedOps(node, snapshot, stuck, now))];
}

/** Marked and not placed yet, or placed and not Ready there yet. */
export function isMoving(service: Service): boolean {
  if (service.metadata.deletionTimestamp || service.spec.suspend) return false;
  const scheduledAs = condition(service, 'Scheduled');
  if (mustMove(service)) return scheduledAs!.reason !== 'NodeLost' && scheduledAs!.reason !== 'EngineLost';
  return scheduledAs?.reason === 'Moved' && service.status?.phase !== 'Ready' && service.status?.phase !== 'Drifted';
}

/**
 * Only what is at rest is asked to leave: a suspended service has no jobs, a deleted one is destroyed where it stands, and
 * one with a change to come goes elsewhere with that.
 */
function mayLeave(service: Service, cluster: Cluster): boolean {
  const node = cluster.node(service.status?.node);
  if (!node || !isReady(node) || !evicts(node, service)) return false;
  return !service.status?.activeJob && !mustMove(service) && !service.metadata.deletionTimestamp && !service.spec.suspend && !hasChange(service);
}

function hasChange({ metadata, status }: Service): boolean {
  return status?.applied?.generation !== metadata.generation || condition({ status }, 'Stalled')?.status === 'True';
}

function mark(service: Service, node: Node, now: string): Op[] {
  const reason = evicts(node, service)!;
  const why = reason === 'NodeDraining' ? 'is being drained' : 'has a NoExecute taint that it does not tolerate';
  const message = `node "${node.metadata.name}" ${why}; waits to be placed anew`;
  return [
    statusOp(service, { ...service.status, conditions: scheduled(service, { status: 'False', reason, message }, now) }),
    eventOp({ component: 'scheduler', about: service, type: 'Normal', reason, message: `node "${node.metadata.name}" ${why}: moves away`, now }),
  ];
}

function drainedOps(node: Node, { services, jobs }: Snapshot, stuck: Map<Service, string>, now: string): Op[][] {
  const before = condition(node, 'Drained');
  if (!node.spec.drain) return before && before.reason !== 'NotDraining' ? [[nodeConditionOp(node, { type: 'Drained', status: 'False', reason: 'NotDraining', message: '' }, now)]] : [];
  const left = services.filter((each) => each.status?.node === node.metadata.name).sort(byName);
  const busy = jobs.some((job) => occupiesSlot(job) && job.status?.node === node.metadata.name);
  const drained = left.length === 0 && !busy;
  const next = drained
    ? { type: 'Drained', status: 'True' as const, reason: 'Drained', message: 'nothing is left on it' }
    : { type: 'Drained', status: 'False' as const, reason: 'Draining', message: leftText(left, stuck) };
  const same = before?.status === next.status && before.reason === next.reason && before.message === next.message;
  return same ? [] : [[nodeConditionOp(node, next, now)]];
}

const named = 5;

function leftText(left: Service[], stuck: Map<Service, string>): string {
  if (left.length === 0) return 'its last jobs are ending';
  const lines = left.slice(0, named).map((each) => `${fullName(each)}${whyLeft(each, stuck)}`);
  const more = left.length > named ? `, and ${left.length - named} more` : '';
  return `${left.length} ${left.length === 1 ? 'service is' : 'services are'} left: ${lines.join(', ')}${more}`;
}

function whyLeft(service: Service, stuck: Map<Service, string>): string {
  if (service.metadata.deletionTimestamp) return ' (is being deleted)';
  if (service.spec.suspend) return ' (is suspended: resume or delete it)';
  const waits = mustMove(service) || hasChange(service) ? condition(service, 'Ready')?.message : undefined;
  const why = stuck.get(service) ?? waits;
  return why ? ` (${why})` : '';
}

function fullName({ metadata: { namespace, name } }: Service): string {
  return `${namespace}/${name}`;
}

function byName(a: Service, b: Service): number {
  return fullName(a) < fullName(b) ? -1 : 1;
}
