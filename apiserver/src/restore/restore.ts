import { ApiError, describeIdentity, moduleKind, namespaceKind, type Identity, type Module, type RestoreAnswer, type RestoreChange, type RestoreRequest } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import { bundleKey } from '../modules/bundle.js';
import { recordEvent } from '../resources/events.js';
import { all, find } from '../resources/records.js';
import type { Op } from '../store/log/commit.js';
import { PointNotKept } from '../store/log/errors.js';
import { pointAt, recordsAt, type PastRecords } from '../store/log/point.js';
import type { View } from '../store/log/view.js';
import { restoreKey } from './record.js';
import { planRewind, type Rewind, type Step } from './rewind.js';

/** Operations of one commit: well below what fits, so that other writes may share it. */
const opsPerCommit = 2_000;
const mostEvents = 100;
interface Restore {
  context: ServerContext;
  identity: Identity;
  requestId: string;
  past: PastRecords;
  request: RestoreRequest;
  lostModules: ReadonlySet<string>;
}

/**
 * Makes what was declared as it was then, by new commits: one, unless there is too much of it. Killed in the middle, the
 * same again does what is left. Throws Expired when that point is not kept, Invalid when it can't be meant.
 */
export async function restore(context: ServerContext, identity: Identity, requestId: string, request: RestoreRequest): Promise<RestoreAnswer> {
  await context.registry.sync();
  const past = await pastFor(context, request.to);
  if (request.namespace !== undefined && !find(past.records, namespaceKind, undefined, request.namespace)) throw new ApiError('NotFound', `there was no namespace "${request.namespace}" at sequence ${past.seq}`, { kind: 'namespaces', name: request.namespace });
  const work: Restore = { context, identity, requestId, past, request, lostModules: await lostModules(context, past.records) };
  const changes = request.dryRun ? planRewind(rewindOf(work, context.registry.view)).map(({ change }) => change) : await commitAll(work);
  return { to: { sequence: past.seq, time: past.time }, head: { sequence: context.registry.view.seq, time: context.now() }, dryRun: request.dryRun, changes };
}

async function pastFor({ objects, registry }: ServerContext, to: RestoreRequest['to']): Promise<PastRecords> {
  const { seq: head } = registry.view;
  try {
    if (typeof to === 'string') return await recordsAt(objects, Math.min(head, (await pointAt(objects, Date.parse(to))).seq));
    if (to > head) throw beyond(to, head);
    return await recordsAt(objects, to);
  } catch (error) {
    throw error instanceof PointNotKept ? new ApiError('Expired', `can't restore: ${error.message}`) : error;
  }
}

function beyond(to: number, head: number): ApiError {
  const sequence = Math.floor(to / 4096);
  const hint = sequence >= 1 && sequence <= head ? `; if ${to} is a resourceVersion, its sequence is ${sequence}` : '';
  return new ApiError('Invalid', `sequence ${to} is yet to come: the newest is ${head}${hint}`);
}

async function commitAll(work: Restore): Promise<RestoreChange[]> {
  const { context, identity, requestId } = work;
  const done: RestoreChange[] = [];
  const seen = new Set<string>();
  for (let left = true; left; ) {
    const { result } = await context.registry.write(describeIdentity(identity), (view) => {
      const steps = planRewind(rewindOf(work, view)).filter(({ change }) => !seen.has(keyOf(change)));
      const { now, later } = asManyAsFit(steps);
      const ops = [...now.flatMap((step) => step.ops), ...eventsOf(view, now)];
      return { ops: ops.length > 0 ? [...ops, recordOf(work, [...done, ...now.map(({ change }) => change)], later)] : [], result: { changes: now.map(({ change }) => change), later } };
    }, { requestId }); // prettier-ignore
    for (const change of result.changes) seen.add(keyOf(change));
    done.push(...result.changes);
    left = result.later;
  }
  return done;
}

/** Each costs a look at all events of its namespace: of a great restore the first tell enough. */
function eventsOf(view: View, steps: Step[]): Op[] {
  return steps.flatMap(({ event }) => event ?? []).slice(0, mostEvents).flatMap((event) => recordEvent(view, event));
}

function asManyAsFit(steps: Step[]): { now: Step[]; later: boolean } {
  const now: Step[] = [];
  let ops = 0;
  for (const step of steps) {
    if (now.length > 0 && ops + step.ops.length > opsPerCommit) break;
    now.push(step);
    ops += step.ops.length;
  }
  return { now, later: now.length < steps.length };
}

function rewindOf({ past, request, lostModules, context }: Restore, now: View): Rewind {
  return { now, then: past.records, namespace: request.namespace, keepNew: request.keepNew, lostModules, time: context.now() };
}

function recordOf({ past, identity, request, context }: Restore, changes: RestoreChange[], unfinished: boolean): Op {
  const count = (action: string) => changes.filter((each) => each.action === action).length;
  const counts = { returned: count('Return'), changed: count('Change'), deleted: count('Delete') };
  const value = { from: 'log', sequence: past.seq, sequenceTime: past.time, by: describeIdentity(identity), time: context.now(), keepNew: request.keepNew, ...(request.namespace !== undefined && { namespace: request.namespace }), ...counts, ...(unfinished && { unfinished }) };
  return { op: 'put', key: restoreKey, value };
}

async function lostModules({ objects, registry }: ServerContext, then: View): Promise<Set<string>> {
  const gone = [...all<Module>(then, moduleKind)].filter(({ metadata }) => !find(registry.view, moduleKind, undefined, metadata.name));
  const there = await Promise.all(gone.map(async ({ metadata: { name } }) => ({ name, bytes: await objects.get(bundleKey(name)) })));
  return new Set(there.filter(({ bytes }) => bytes === undefined).map(({ name }) => name));
}

function keyOf({ kind, namespace, name, action }: RestoreChange): string {
  return `${kind}/${namespace ?? ''}/${name}/${action === 'Cancel' ? 'cancel' : ''}`;
}
