import { ApiError, describeIdentity, parseOrThrow, resourcePath, RestoreStateRequest, serviceKind, type RestoreStateAnswer, type Service, type StateContent, type StateHistory } from '@spawnit/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { ServerContext } from '../context.js';
import { recordEvent } from '../resources/events.js';
import { find } from '../resources/records.js';
import { existing } from '../resources/existing.js';
import type { Envelopes } from '../secrets/envelope.js';
import { openParameters } from '../secrets/open-parameters.js';
import { historyOf, type KeptState } from './history.js';
import { assertRestorable, decideRestore, nextSerial, StateMoved, withSerial } from './restore.js';
import { nearestSerials, serialOf } from './serials.js';
import { addressesOf, contentOf } from './show.js';
import type { States } from './states.js';

export interface StateParts {
  states: States;
  envelopes: Envelopes;
}

/** What people may see and do of the states of a service: the history, what is in it, and the way back. */
export function stateHistoryRoutes(app: FastifyInstance, context: ServerContext, parts: StateParts): void {
  const at = (rest = '') => resourcePath(serviceKind, 'NAME', 'NAMESPACE', `state${rest}`).replace('NAMESPACE', ':namespace').replace('NAME', ':name');
  app.get(at(), (request) => list(context, request));
  app.get(at('/:serial'), (request) => show(context, parts, request));
  app.get(at('/:serial/raw'), (request, reply) => pull(context, parts, request, reply));
  app.post(at('/restore'), (request) => restore(context, parts, request));
}

interface Place {
  service: Service;
  namespace: string;
  name: string;
  uid: string;
  kept: KeptState[];
}

/** The service in the path and its serials, as new as this moment. Throws Forbidden for who is not a person. */
async function placeOf({ registry }: ServerContext, { identity, params }: FastifyRequest): Promise<Place> {
  if (identity.role !== 'admin') throw new ApiError('Forbidden', 'states are for people with administrator rights, and for runs through their own route: they hold secrets');
  const { namespace, name } = params as { namespace: string; name: string };
  await registry.sync();
  const service = existing(registry.view, serviceKind, namespace, name) as Service;
  const uid = service.metadata.uid ?? '';
  return { service, namespace, name, uid, kept: historyOf(registry.view, { namespace, serviceUid: uid }) };
}

async function list(context: ServerContext, request: FastifyRequest): Promise<StateHistory> {
  const { namespace, name, kept } = await placeOf(context, request);
  return { service: name, namespace, items: kept.map((entry) => serialOf(entry, entry === kept.at(-1))) };
}

async function show(context: ServerContext, { states, envelopes }: StateParts, request: FastifyRequest): Promise<StateContent> {
  const place = await placeOf(context, request);
  const entry = chosen(place, request);
  const { secret } = openParameters(envelopes, place, place.service.spec.parameters);
  return { ...serialOf(entry, entry === place.kept.at(-1)), ...contentOf(await states.open(entry.key), Object.values(secret)) };
}

/** Secrets and all. Who got it stands in an event, which is written before a byte is given. */
async function pull(context: ServerContext, { states }: StateParts, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
  const place = await placeOf(context, request);
  const entry = chosen(place, request);
  const state = await states.open(entry.key);
  const message = `State serial ${entry.serial}, secrets included, was given to ${describeIdentity(request.identity)}.`;
  const now = context.now();
  await context.registry.write(describeIdentity(request.identity), (view) => {
    const about = find<Service>(view, serviceKind, place.namespace, place.name);
    return { ops: about ? recordEvent(view, { about, reason: 'StatePulled', message, component: 'apiserver', now }) : [], result: undefined };
  });
  void reply.header('content-type', 'application/json').header('cache-control', 'no-store');
  return state;
}

function chosen(place: Place, { params }: FastifyRequest): KeptState {
  const { serial } = params as { serial: string };
  if (serial !== 'current' && !/^\d{1,15}$/.test(serial)) throw new ApiError('BadRequest', `${JSON.stringify(serial.slice(0, 40))} is no serial: give a number, or "current"`);
  const entry = serial === 'current' ? place.kept.at(-1) : place.kept.find((each) => each.serial === Number(serial));
  if (entry === undefined) throw nearestSerials(place, Number(serial) || 0, place.kept);
  return entry;
}

/** First the new object, then the commit that makes it the current state; when the state moves on in between, once more. */
async function restore(context: ServerContext, parts: StateParts, request: FastifyRequest): Promise<RestoreStateAnswer> {
  const place = await placeOf(context, request);
  const { serial, dryRun } = parseOrThrow(RestoreStateRequest, request.body ?? {}, { kind: 'RestoreState' });
  const { from, current } = assertRestorable(context.registry.view, place, serial);
  const [content, replaced] = await Promise.all([parts.states.open(from.key), parts.states.open(current.key)]);
  const next = nextSerial(place.kept);
  const answer = { serial: next, from: serial, was: current.serial, ...difference(content, replaced), dryRun, next: whatIsNext(place.service, dryRun) };
  if (dryRun) return answer;
  const state = withSerial(content, next);
  const about = { size: state.length, md5: createHash('md5').update(state).digest('hex') };
  const by = describeIdentity(request.identity);
  const order = { service: place, serial, was: current.serial, by, now: context.now(), keep: context.config.stateRetention.serials };
  try {
    await parts.states.store(place, next, state, (blob) => context.registry.write(by, (view) => ({ ops: decideRestore(view, { ...order, blob: { ...about, ...blob() } }), result: undefined }), { requestId: request.id }));
  } catch (error) {
    if (!(error instanceof StateMoved)) throw error;
    throw new ApiError('Conflict', `the state of service ${place.namespace}/${place.name} has moved on just now: look at it again, then restore`);
  }
  return answer;
}

function difference(restored: Buffer, current: Buffer): Pick<RestoreStateAnswer, 'added' | 'removed'> {
  const [now, then] = [new Set(addressesOf(current)), new Set(addressesOf(restored))];
  return { added: [...then].filter((address) => !now.has(address)), removed: [...now].filter((address) => !then.has(address)) };
}

function whatIsNext({ spec, metadata }: Service, dryRun: boolean): string {
  const verb = dryRun ? 'would be' : 'is';
  if (spec.suspend) return `the service is suspended: nothing ${verb} planned or applied until spec.suspend is false`;
  if (spec.approval === 'Manual') return `the service ${verb} planned with this state, and the plan waits for \`spawnctl approve ${metadata.name}\``;
  return `the service ${verb} planned and applied with this state, so that what is real agrees with it and with what is declared; what the state does not know is removed, but for volumes`;
}
