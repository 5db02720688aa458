import { actionRequests, ApiError, describeIdentity, parseOrThrow, serviceKind, type ActionAnswer, type Resource, type Service, type ServiceAction } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';
import { managerName } from '../fields/managers.js';
import { readQuery, WriteQuery } from '../http/query.js';
import { recordEvent } from '../resources/events.js';
import { existing } from '../resources/existing.js';
import { planOnce } from '../resources/idempotency.js';
import { paramsOf } from '../resources/params.js';
import type { Planned, WriteScope } from '../resources/write.js';
import type { View } from '../store/log/view.js';
import { storeFailure } from '../store-failure.js';
import { refusal, type Decide, type Outcome } from './action.js';

interface Action {
  action: ServiceAction;
  decide: Decide<ServiceAction>;
}

/** Does it in one commit with its event, or only tells; a repeated Idempotency-Key has the effect and the answer of the first. */
export async function act(context: ServerContext, { action, decide }: Action, request: FastifyRequest): Promise<ActionAnswer> {
  const { identity } = request;
  if (identity.role !== 'admin') throw new ApiError('Forbidden', `${action} is asked for by people only`);
  const { namespace, name } = paramsOf(serviceKind, request);
  const { dryRun, fieldManager } = readQuery(WriteQuery, request.query);
  const body = parseOrThrow(actionRequests[action], request.body ?? {}, { kind: 'ServiceAction' });
  const warned: string[] = [];
  const now = context.now();
  const fields = { manager: managerName(fieldManager, request.headers['user-agent']), now };
  const scope: WriteScope = { context, identity, dryRun, now, fields, warn: (message) => void warned.push(message) };
  const plan = (view: View): Planned => {
    warned.length = 0;
    const service = existing(view, serviceKind, namespace, name!) as Service;
    assertMeant(service, action, body);
    const outcome = decide({ view, scope, service, body: body as never });
    return { ops: withEvent(view, scope, service, outcome), object: answerOf(action, dryRun, outcome, warned) as unknown as Resource };
  };
  return plain(dryRun ? await only(context, plan) : await done(context, request, plan, scope));
}

/** Throws Conflict when it is being deleted, or is declared otherwise than the caller has seen. */
function assertMeant(service: Service, action: ServiceAction, body: object): void {
  const what = ({ 'drift/accept': 'changed', 'drift/ignore': 'changed', rollback: 'rolled back', approve: 'approved', reject: 'rejected', cancel: 'cancelled', revert: 'reverted', restart: 'restarted', retry: 'retried' } as const)[action];
  if (service.metadata.deletionTimestamp) throw refusal(service, what, 'it is being deleted');
  const { generation } = body as { generation?: number };
  if (generation !== undefined && generation !== service.metadata.generation) throw refusal(service, what, `it is at generation ${service.metadata.generation} by now, not at ${generation}: look at it again`);
}

async function only({ registry }: ServerContext, plan: (view: View) => Planned): Promise<Resource> {
  await registry.sync();
  return plan(registry.view).object!;
}

async function done({ registry, keys }: ServerContext, request: FastifyRequest, plan: (view: View) => Planned, { now }: WriteScope): Promise<Resource> {
  const { identity, url } = request;
  const key = request.headers['idempotency-key'];
  const again = typeof key === 'string' ? { keys, identity, key, request: `${url}\n${JSON.stringify(request.body)}`, now } : undefined;
  const decide = (view: View) => {
    const { ops, object } = again ? planOnce(view, again, () => plan(view)) : plan(view);
    return { ops, result: object! };
  };
  const { result } = await registry.write(describeIdentity(identity), decide, { requestId: request.id }).catch((error: unknown) => {
    throw storeFailure(error);
  });
  return result;
}

function withEvent(view: View, { now }: WriteScope, about: Service, { ops, event }: Outcome): Outcome['ops'] {
  return ops.length === 0 || !event ? ops : [...recordEvent(view, { about, ...event, component: 'apiserver', now }), ...ops];
}

function answerOf(action: ServiceAction, dryRun: boolean, { ops, service, changes = [], warnings = [], next }: Outcome, warned: string[]): ActionAnswer {
  const { name, namespace = '', generation = 1 } = service.metadata;
  return { apiVersion: 'spawnit.dev/v1', kind: 'ServiceAction', metadata: { name, namespace, generation }, action, dryRun, changed: ops.length > 0, changes, warnings: [...warnings, ...warned], next };
}

/** A remembered answer carries a version, which is nothing to tell of an action. */
function plain(answer: Resource): ActionAnswer {
  const { resourceVersion: _version, ...metadata } = answer.metadata;
  return { ...answer, metadata } as unknown as ActionAnswer;
}
