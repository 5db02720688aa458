import { apiVersionOf, ApiError, holdPath, HoldRequest, leaseKind, parseOrThrow, type HoldAnswer, type Lease, type LeaseSpec, type Resource } from '@spawnit/contract';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { self } from '../bootstrap.js';
import type { ServerContext } from '../context.js';
import type { Beat } from '../leases/leases.js';
import type { LeaseParts } from '../leases/part.js';
import { shareBeat } from '../leases/shared-beats.js';
import { find, recordPrefix } from '../resources/records.js';
import { planCreate, planUpdate } from '../resources/write.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { decideLease, type LeaseDecision } from './decide.js';

type Ask = z.output<typeof HoldRequest>;

/** Instances of a controller ask for its lease, renew it and give it back; each role has one. */
export function holdRoute(app: FastifyInstance, context: ServerContext, parts: LeaseParts): void {
  context.hooks.presentation.push((kind, object) => (kind.kind === leaseKind.kind ? withAge(parts, object as Lease) : object));
  app.addHook('onClose', hearHolders(context, parts));
  app.post(holdPath(':name').replace('%3A', ':'), async (request) => {
    const { name } = request.params as { name: string };
    if (request.identity.role !== name) throw new ApiError('Forbidden', `lease ${name} is held by instances of ${name}; the caller is ${request.identity.role}`, { kind: 'leases', name });
    return hold(context, parts, name, parseOrThrow(HoldRequest, request.body, { kind: 'HoldRequest' }));
  });
}

/** A new holder counts as heard with the commit that it took the lease by, whichever server made it. Gives what ends it. */
function hearHolders({ registry, now }: ServerContext, { leases }: LeaseParts): () => Promise<void> {
  const stop = registry.watch({ prefix: recordPrefix(leaseKind), after: registry.rv }, ({ type, value }) => {
    const { metadata, spec } = value as unknown as Lease;
    if (type !== 'DELETED' && spec.session !== undefined) leases.hear(beatOf(metadata.name), beatFrom(spec.session, now()));
  });
  return async () => stop();
}

/** Acknowledged only when the store has been read up to now. In the log only changes of holder, and the renewal itself while there are several servers. */
async function hold(context: ServerContext, parts: LeaseParts, name: string, ask: Ask): Promise<HoldAnswer> {
  const { leases, members } = parts;
  const { registry } = context;
  const beat = beatFrom(ask.session, context.now());
  const plan = (view: View) => {
    const lease = find<Lease>(view, leaseKind, undefined, name);
    const decision = decideLease(lease?.spec, ask, { silentMs: silentMs(parts, name, lease), toldOfAll: members.isKnown(view) }, context.now());
    const told = decision.type === 'renew' ? renewalFor(parts, view, name, beat) : [];
    return { ops: [...written(context, view, name, decision), ...told], result: answerOf(ask, decision, lease?.spec) };
  };
  await registry.sync();
  const planned = plan(registry.view);
  const answer = planned.ops.length === 0 ? planned.result : (await registry.write(self.name, plan)).result;
  if (answer.held) leases.hear(beatOf(name), beat);
  return { ...answer, resourceVersion: String(registry.rv) };
}

/** Beside the nodes', whose names have no slash. */
function beatOf(name: string): string {
  return `leases/${name}`;
}

function beatFrom(session: string, time: string): Beat {
  return { session, counter: 0, running: [], time };
}

/** A holder that takes the lease in the very commit that is being put together was not heard yet, and is not silent. */
function silentMs({ leases }: LeaseParts, name: string, lease: Lease | undefined): number {
  const last = leases.lastBeat(beatOf(name));
  return last !== undefined && last.session !== lease?.spec.session ? 0 : leases.silentFor(beatOf(name));
}

function renewalFor({ members }: LeaseParts, view: View, name: string, beat: Beat): Op[] {
  return members.isAlone(view) ? [] : [shareBeat(members.id, beatOf(name), beat)];
}

function written(context: ServerContext, view: View, name: string, decision: LeaseDecision): Op[] {
  if (decision.type !== 'take' && decision.type !== 'free') return [];
  const scope = { context, identity: self, dryRun: false, now: context.now() };
  const old = find(view, leaseKind, undefined, name);
  const object = { apiVersion: apiVersionOf(leaseKind), kind: leaseKind.kind, metadata: { name }, spec: decision.spec } as Resource;
  return (old ? planUpdate(view, scope, leaseKind, object) : planCreate(view, scope, leaseKind, object)).ops;
}

function answerOf({ holder }: Ask, decision: LeaseDecision, lease: LeaseSpec | undefined): Omit<HoldAnswer, 'resourceVersion'> {
  if (decision.type === 'take') return { held: true, holder, epoch: decision.spec.epoch };
  return { held: decision.type === 'renew', holder: decision.type === 'free' ? undefined : lease?.holder, epoch: lease?.epoch ?? 0 };
}

function withAge({ leases }: LeaseParts, lease: Lease): Lease {
  if (lease.spec.session === undefined) return lease;
  return { ...lease, status: { ageSeconds: Math.round(leases.silentFor(beatOf(lease.metadata.name)) / 100) / 10 } };
}
