import { ApiError, JoinRequest, lease, nodeKind, type JoinAnswer, type Node } from '@spawnit/contract';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { ServerContext } from '../context.js';
import { freeName, isHeld } from '../leases/held-names.js';
import type { Leases } from '../leases/leases.js';
import type { LeaseParts } from '../leases/part.js';
import { find, putOp } from '../resources/records.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { loseJobs } from './lose-jobs.js';

type Join = z.output<typeof JoinRequest>;

/**
 * A machine becomes a node and gets the token for it. A name that is or was taken is given again only when its node has
 * been silent, for until then that may have a lease; then it is another node (new uid), the old one's token is worth nothing,
 * and what was given to it is lost. Throws AlreadyExists; Conflict for a node that was deleted just now.
 */
export async function joinNode(context: ServerContext, { leases, members }: LeaseParts, join: Join): Promise<z.infer<typeof JoinAnswer>> {
  const uid = randomUUID();
  await context.registry.write('apiserver', (view) => ({ ops: decideJoin(view, { leases, members }, join, uid, context.now()), result: undefined }));
  leases.joined(join.name, context.now());
  return { node: join.name, uid, token: context.tokens.mint({ role: 'node', name: join.name, nodeUid: uid }) };
}

/** Pure, but for what was heard. */
export function decideJoin(view: View, { leases, members }: LeaseParts, join: Join, uid: string, now: string): Op[] {
  const old = find<Node>(view, nodeKind, undefined, join.name);
  // Who is told nothing of what other servers hear can't know of anybody's silence.
  const free = leases.isSilent(join.name) && members.isKnown(view);
  if (old && !free) throw taken(leases, join.name);
  if ((leases.knows(join.name) || isHeld(view, join.name)) && !free) throw deleted(leases, join.name);
  return [putOp(nodeKind, newNode(old, join, uid, now)), ...freeName(view, join.name), ...loseJobs(view, join.name, now)];
}

/** What people have set on a node of that name stays: a cordon outlives the machine. */
function newNode(old: Node | undefined, { name, labels, slots }: Join, uid: string, now: string): Node {
  const spec = { taints: [], unschedulable: false, drain: false, ...old?.spec, slots };
  const metadata = { name, uid, generation: (old?.metadata.generation ?? 0) + 1, creationTimestamp: now, labels, ...(old?.metadata.annotations && { annotations: old.metadata.annotations }) };
  return { apiVersion: 'spawnit.dev/v1', kind: 'Node', metadata, spec, status: {} };
}

function deleted(leases: Leases, name: string): ApiError {
  const wait = secondsLeft(leases, name);
  return new ApiError('Conflict', `node "${name}" was deleted, and its agent may not have ended yet what it does: the name is free in ${wait} s`, { kind: 'nodes', name, retryAfterSeconds: wait });
}

function secondsLeft(leases: Leases, name: string): number {
  return Math.max(1, Math.ceil(lease.silenceSeconds - leases.silentFor(name) / 1_000));
}

function taken(leases: Leases, name: string): ApiError {
  const hint = `if it is this machine, start the agent with the data directory it had; if that is lost, the name is free ${lease.silenceSeconds} s after its last heartbeat; else choose another name`;
  return new ApiError('AlreadyExists', `a node "${name}" has joined and was heard ${Math.round(leases.silentFor(name) / 1_000)} s ago: ${hint}`, { kind: 'nodes', name, retryAfterSeconds: secondsLeft(leases, name) });
}
