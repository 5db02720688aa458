import { mustMove, withCondition, type Job, type MoveReason, type Node, type Service } from '@spawnit/contract';
import { eventOp, keyFor, keyOf } from '@spawnit/controller';
import { occupiesSlot } from './cluster.js';
import { isReady } from './node-facts.js';
import { chunked, scheduled, statusOp, type Op } from './ops.js';

export interface World {
  services: Service[];
  jobs: Job[];
}

/**
 * The commits that take a lost node's work from it, each at most 100 ops with a service and its jobs together: the node
 * is called NotReady in the first; its jobs become Lost; the epochs of their services and of those that stood on it rise.
 * A service keeps `node` and `engine` until it is placed anew, so that the engine it stood on keeps counting as its own
 * (its ports, its volumes) until another one is. Gives nothing for what was done already, so it can be asked again.
 */
export function lostCommits(node: Node | { gone: string }, { services, jobs }: World, now: string): Op[][] {
  const name = 'gone' in node ? node.gone : node.metadata.name;
  const groups = [...groupByService(name, services, jobs).values()].map((group) => lose(name, group, now)).filter((ops) => ops.length > 0);
  const first = 'gone' in node ? [] : notReady(node, now);
  return chunked(first.length > 0 ? [first, ...groups] : groups);
}

interface Group {
  service?: Service;
  lostJobs: Job[];
  /** Running or about to, on another node. */
  elsewhere: boolean;
}

function groupByService(name: string, services: Service[], jobs: Job[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  const byKey = new Map(services.map((each) => [keyOf(each), each]));
  const groupOf = (key: string) => groups.get(key) ?? groups.set(key, { service: byKey.get(key), lostJobs: [], elsewhere: false }).get(key)!;
  for (const service of services) if (service.status?.node === name) groupOf(keyOf(service));
  for (const job of jobs) if (occupiesSlot(job) && job.status?.node === name) groupOf(keyFor(job.metadata.namespace, job.spec.service)).lostJobs.push(job);
  for (const job of jobs) {
    const group = groups.get(keyFor(job.metadata.namespace, job.spec.service));
    if (group && occupiesSlot(job) && job.status?.node !== name) group.elsewhere = true;
  }
  return groups;
}

function lose(name: string, { service, lostJobs, elsewhere }: Group, now: string): Op[] {
  const jobs = lostJobs.map((job) => statusOp(job, { ...job.status!, phase: 'Lost', completionTime: now, error: lostError(name) }));
  const ours = service && (lostJobs.length === 0 || lostJobs.some((job) => job.spec.serviceUid === service.metadata.uid));
  const stoodHere = service?.status?.node === name;
  // A job of it that runs on a living node would be fenced off by a new epoch: it is left to end first.
  if (!ours || (lostJobs.length === 0 && (elsewhere || mustMove(service)))) return jobs;
  const message = `node "${name}" is lost; waits to be placed anew`;
  const conditions = stoodHere ? scheduled(service, { status: 'False', reason: 'NodeLost' satisfies MoveReason, message }, now) : service.status?.conditions;
  const raised = statusOp(service, { ...service.status, epoch: (service.status?.epoch ?? 0) + 1, conditions });
  const event = eventOp({ component: 'scheduler', about: service, type: 'Warning', reason: 'NodeLost', message: `node "${name}" is lost: its work is taken from it`, now });
  return [...jobs, raised, event];
}

function lostError(name: string): NonNullable<NonNullable<Job['status']>['error']> {
  return {
    summary: `node "${name}" was lost while it had this job`,
    cause: 'LeaseLost',
    hint: 'Nothing needs to be done: the work is given to another node. If nodes are lost often, look at their agents\' logs and at the network between them and the apiserver.',
    retryable: true,
  };
}

function notReady(node: Node, now: string): Op[] {
  if (!isReady(node)) return [];
  const message = `no heartbeat for ${Math.floor(node.status?.heartbeat?.ageSeconds ?? 0) || 'too many'} s`;
  return [nodeConditionOp(node, { type: 'Ready', status: 'False', reason: 'HeartbeatsStopped', message }, now), eventOp({ component: 'scheduler', about: node, type: 'Warning', reason: 'NodeNotReady', message: `node "${node.metadata.name}" is silent`, now })];
}

export function backOps(node: Node, now: string): Op[] {
  return [
    nodeConditionOp(node, { type: 'Ready', status: 'True', reason: 'HeartbeatsCome', message: 'its heartbeats come' }, now),
    eventOp({ component: 'scheduler', about: node, type: 'Normal', reason: 'NodeReady', message: `node "${node.metadata.name}" is ready`, now }),
  ];
}

/** The heartbeat lies over what is served and is no part of the record. */
export function nodeConditionOp(node: Node, condition: Parameters<typeof withCondition>[1], now: string): Op {
  const { heartbeat: _, ...status } = node.status ?? {};
  return statusOp(node, { ...status, conditions: withCondition(status.conditions, condition, now) });
}
