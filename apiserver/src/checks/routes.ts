import { agentPaths, ApiError, CheckAge, CheckRequest, CheckResult, isTerminal, jobKind, jobUnderWay, parseOrThrow, serviceKind, type Cause, type Job, type Service } from '@spawnit/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nodeAt } from '../agent/caller.js';
import { clusterId } from '../agent/cluster.js';
import { runInputs } from '../agent/run-inputs.js';
import { serverOf, stateAddress } from '../agent/state-address.js';
import type { ServerContext } from '../context.js';
import { find } from '../resources/records.js';
import type { Members } from '../leases/members.js';
import { existing } from '../resources/existing.js';
import type { Envelopes } from '../secrets/envelope.js';
import type { RunIdentity } from '../state/records.js';
import type { States } from '../state/states.js';
import { askOthers, passOn } from './other-servers.js';
import { askerOf, type Checks } from './checks.js';
import { LastChecks } from './last-checks.js';
import { ndjsonStream } from './ndjson-stream.js';
import { suspicionRoutes } from './suspicions.js';

const tokenSeconds = 300;
/** Another server tells this from its memory. */
const askMs = 10_000;
const path = '/apis/spawnit.dev/v1/namespaces/:namespace/services/:name/check';

export interface CheckParts {
  checks: Checks;
  members: Members;
  states: States;
  envelopes: Envelopes;
}

/** People and the drift controller have a service checked; agents take the orders and answer them. */
export function checkRoutes(app: FastifyInstance, context: ServerContext, parts: CheckParts): void {
  const last = new LastChecks(() => context.monotonic());
  context.hooks.ages.set(serviceKind.plural, (withinMs) => last.ages(withinMs));
  app.post(path, (request, reply) => check(context, parts, last, request, reply));
  app.get(path, (request) => lastCheck(context, parts, last, request));
  suspicionRoutes(app, context, parts.members);
  app.get(agentPaths.checks(':node').replace('%3A', ':'), (request, reply) => stream(context, parts.checks, request, reply));
  app.post(agentPaths.checkResult(':node', ':id').replaceAll('%3A', ':'), (request) => takeAnswer(context, parts, request));
}

async function check(context: ServerContext, parts: CheckParts, last: LastChecks, request: FastifyRequest, reply: FastifyReply): Promise<CheckResult> {
  const service = await serviceAt(context, request);
  const { everySeconds } = parseOrThrow(CheckRequest, request.body ?? {}, { kind: 'CheckRequest' });
  const { node, revision, epoch } = checkable(context, service);
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const result = await ordered(context, parts, request, { service, node, revision, epoch }, gone.signal);
  last.note(service.metadata.uid ?? '', result, everySeconds);
  return result;
}

async function ordered(context: ServerContext, parts: CheckParts, request: FastifyRequest, { service, node, revision, epoch }: { service: Service } & ReturnType<typeof checkable>, signal: AbortSignal): Promise<CheckResult> {
  const { namespace = '', name } = service.metadata;
  const server = parts.checks.serverFor(node);
  if (server === undefined) return askOthers(context, parts.members, CheckResult, { node, request, signal });
  const run: RunIdentity = { role: 'run', name: `check-${name}`, node, namespace, service: name, serviceUid: service.metadata.uid ?? '', epoch, write: false };
  const state = { address: stateAddress(server, run), username: run.name, password: context.tokens.mint(run, tokenSeconds) };
  const inputs = await runInputs(parts.states, parts.envelopes, { cluster: clusterId(context), view: context.registry.view, service, revision, type: 'Check', epoch, state });
  return parts.checks.order(node, inputs, signal);
}

/** How old the verdict is, by the server that its node is connected to: checks go through that one. */
async function lastCheck(context: ServerContext, { checks, members }: CheckParts, last: LastChecks, request: FastifyRequest): Promise<CheckAge> {
  const { metadata, spec, status } = await serviceAt(context, request);
  const node = status?.node;
  if (node !== undefined && checks.serverFor(node) === undefined) return askOthers(context, members, CheckAge, { node, request, signal: AbortSignal.timeout(askMs) });
  const found = last.of(metadata.uid ?? '');
  if (found === undefined) throw new ApiError('NotFound', `service ${metadata.namespace}/${metadata.name} has not been checked since its node connected`, { kind: 'services', name: metadata.name });
  return { ...found, intervalSeconds: spec.drift.intervalSeconds };
}

async function serviceAt({ registry }: ServerContext, { identity: { role }, params }: FastifyRequest): Promise<Service> {
  if (role !== 'admin' && role !== 'drift-controller') throw new ApiError('Forbidden', 'checks are asked for by people and the drift controller');
  const { namespace, name } = params as { namespace: string; name: string };
  await registry.sync();
  return existing(registry.view, serviceKind, namespace, name) as Service;
}

/** Only what was applied, and is not being changed, can be compared. Throws Conflict. */
function checkable({ registry }: ServerContext, service: Service): { node: string; revision: string; epoch: number } {
  const { metadata, status } = service;
  const refuse = (why: string, causes?: Cause[]) => new ApiError('Conflict', `service ${metadata.namespace}/${metadata.name} cannot be checked: ${why}`, { kind: 'services', name: metadata.name, causes });
  if (metadata.deletionTimestamp) throw refuse('it is being deleted');
  if (status?.applied === undefined) throw refuse('nothing was applied yet');
  if (status.node === undefined || status.epoch === undefined) throw refuse('it is placed on no node');
  const active = status.activeJob === undefined ? undefined : find<Job>(registry.view, jobKind, metadata.namespace, status.activeJob);
  if (active && !isTerminal(active.status?.phase)) throw refuse(`job ${active.metadata.name} is under way`, [{ reason: jobUnderWay, message: 'checked again when it has ended' }]);
  return { node: status.node, revision: status.applied.revision, epoch: status.epoch };
}

function stream(context: ServerContext, checks: Checks, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { name } = nodeAt(request);
  return ndjsonStream(context, request, reply, (send, end) => checks.connect(name, { send, end, server: serverOf(request) }));
}

/** An agent's requests go to any server, so the result may be for another than this one. */
async function takeAnswer(context: ServerContext, { checks, members }: CheckParts, request: FastifyRequest): Promise<object> {
  const { name } = nodeAt(request);
  const { id } = request.params as { id: string };
  const result = parseOrThrow(CheckResult, request.body, { kind: 'CheckResult' });
  if (checks.answer(name, id, result)) return {};
  const asker = askerOf(id);
  if (asker !== members.id && members.urlOf(context.registry.view, asker) !== undefined) return passOn(context, members, { to: asker, request });
  throw new ApiError('NotFound', 'nobody waits for the result of this check (any more)');
}
