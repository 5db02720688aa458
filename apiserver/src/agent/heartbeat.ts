import { ApiError, describeIdentity, jobKind, nodeKind, type HeartbeatAnswer, type HeartbeatRequest, type Job, type NodeStatus } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import type { ServerContext } from '../context.js';
import type { Beat } from '../leases/leases.js';
import type { LeaseParts } from '../leases/part.js';
import { shareBeat } from '../leases/shared-beats.js';
import { find, putOp } from '../resources/records.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import type { NodeIdentity } from './caller.js';
import { assertCurrent, ownJob } from './own-job.js';
import { ownNode } from './own-node.js';

/**
 * Renews a node's lease. Acknowledged only when the store has been read up to now: what the answer does not revoke was
 * the node's at that moment. In the log only what changed of the node, and the heartbeat itself while there are several
 * servers. Throws Conflict for a session that was replaced.
 */
export async function heartbeat(context: ServerContext, { leases, members }: LeaseParts, node: NodeIdentity, beat: HeartbeatRequest): Promise<HeartbeatAnswer> {
  if (leases.isOver(node.name, beat.session)) throw new ApiError('Conflict', `node ${node.name}: another agent has taken the place of this one: end`, { kind: 'nodes', name: node.name });
  const { registry } = context;
  await registry.sync();
  const heard: Beat = { session: beat.session, counter: beat.counter, running: beat.running, time: context.now() };
  const ops = (view: View) => [...nodeChanges(view, node, beat), ...(members.isAlone(view) ? [] : [shareBeat(members.id, node.name, heard)])];
  if (ops(registry.view).length > 0) await registry.write(describeIdentity(node), (view) => ({ ops: ops(view), result: undefined }));
  leases.hear(node.name, heard);
  return verdicts(registry.view, node, beat);
}

/** Pure. */
function nodeChanges(view: View, caller: NodeIdentity, beat: HeartbeatRequest): Op[] {
  const node = ownNode(view, caller);
  const status = statusAfter(node.status ?? {}, beat);
  return isDeepStrictEqual(status, node.status) ? [] : [putOp(nodeKind, { ...node, status })];
}

/** What the agent says of itself, beside the conditions that are the scheduler's. */
function statusAfter(before: NodeStatus, beat: HeartbeatRequest): NodeStatus {
  const { conditions: said = [], ...about } = beat.status;
  const theirs = (before.conditions ?? []).filter(({ type }) => schedulers.has(type));
  const own = said.filter(({ type }) => !schedulers.has(type));
  const conditions = [...theirs, ...own].sort((a, b) => (a.type < b.type ? -1 : 1));
  const given = Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
  return { ...before, ...given, session: beat.session, ...((before.conditions || conditions.length > 0) && { conditions }) };
}

const schedulers = new Set(['Ready', 'Drained']);

function verdicts(view: View, node: NodeIdentity, { running }: HeartbeatRequest): HeartbeatAnswer {
  const own = running.filter((key) => isOwn(view, node, key));
  return { revoked: running.filter((key) => !own.includes(key)), cancel: own.filter((key) => jobAt(view, key)?.spec.cancel === true) };
}

/** Also a job that is only assigned: its claim may be on the way. */
function isOwn(view: View, node: NodeIdentity, key: string): boolean {
  const [namespace = '', job = ''] = key.split('/');
  try {
    const own = ownJob(view, node, { namespace, job });
    assertCurrent(own);
    return own.job.status?.phase === 'Assigned' || own.job.status?.phase === 'Running';
  } catch (error) {
    if (ApiError.is(error, 'NotFound', 'EpochPassed')) return false;
    throw error;
  }
}

function jobAt(view: View, key: string): Job | undefined {
  const [namespace = '', job = ''] = key.split('/');
  return find<Job>(view, jobKind, namespace, job);
}
