import { agentPaths, ApiError, CheckResult, isTerminal, jobKind, parseOrThrow, serviceKind, type Job, type Service } from '@spawnit/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nodeAt } from '../agent/caller.js';
import { clusterId } from '../agent/cluster.js';
import { runInputs } from '../agent/run-inputs.js';
import { serverOf, stateAddress } from '../agent/state-address.js';
import type { ServerContext } from '../context.js';
import { find } from '../resources/records.js';
import type { Members } from '../leases/members.js';
import { existing } from '../resources/write.js';
import type { Envelopes } from '../secrets/envelope.js';
import type { RunIdentity } from '../state/records.js';
import type { States } from '../state/states.js';
import { askOthers, passOn } from './other-servers.js';
import { askerOf, type Checks } from './checks.js';
import { LastChecks } from './last-checks.js';
import { ndjsonStream } from './ndjson-stream.js';
import { suspicionRoutes } from './suspicions.js';

const tokenSeconds = 300;

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
  app.post('/apis/spawnit.dev/v1/namespaces/:namespace/services/:name/check', (request, reply) => check(context, parts, request, reply, (uid) => last.note(uid)));
  suspicionRoutes(app, context, parts.members);
  app.get(agentPaths.checks(':node').replace('%3A', ':'), (request, reply) => stream(context, parts.checks, request, reply));
  app.post(agentPaths.checkResult(':node', ':id').replaceAll('%3A', ':'), (request) => takeAnswer(context, parts, request));
}

/** `checked` is told of each service that was really compared. */
async function check(context: ServerContext, parts: CheckParts, request: FastifyRequest, reply: FastifyReply, checked: (uid: string) => void): Promise<CheckResult> {
  const { role } = request.identity;
  if (role !== 'admin' && role !== 'drift-controller') throw new ApiError('Forbidden', 'checks are asked for by people and the drift controller');
  const { namespace, name } = request.params as { namespace: string; name: string };
  await context.registry.sync();
  const service = existing(context.registry.view, serviceKind, namespace, name) as Service;
  const { node, revision, epoch } = checkable(context, service);
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const result = await ordered(context, parts, request, { service, node, revision, epoch }, gone.signal);
  if (result.verdict !== 'Unknown') checked(service.metadata.uid ?? '');
  return result;
}

async function ordered(context: ServerContext, parts: CheckParts, request: FastifyRequest, { service, node, revision, epoch }: { service: Service } & ReturnType<typeof checkable>, signal: AbortSignal): Promise<CheckResult> {
  const { namespace = '', name } = service.metadata;
  const server = parts.checks.serverFor(node);
  if (server === undefined) return askOthers(context, parts.members, { node, request, signal });
  const run: RunIdentity = { role: 'run', name: `check-${name}`, node, namespace, service: name, serviceUid: service.metadata.uid ?? '', epoch, write: false };
  const state = { address: stateAddress(server, run), username: run.name, password: context.tokens.mint(run, tokenSeconds) };
  const inputs = await runInputs(parts.states, parts.envelopes, { cluster: clusterId(context), view: context.registry.view, service, revision, type: 'Check', epoch, state });
  return parts.checks.order(node, inputs, signal);
}

/** Only what was applied, and is not being changed, can be compared. Throws Conflict. */
function checkable({ registry }: ServerContext, service: Service): { node: string; revision: string; epoch: number } {
  const { metadata, status } = service;
  const refuse = (why: string) => new ApiError('Conflict', `service ${metadata.namespace}/${metadata.name} cannot be checked: ${why}`, { kind: 'services', name: metadata.name });
  if (metadata.deletionTimestamp) throw refuse('it is being deleted');
  if (status?.applied === undefined) throw refuse('nothing was applied yet');
  if (status.node === undefined || status.epoch === undefined) throw refuse('it is placed on no node');
  const active = status.activeJob === undefined ? undefined : find<Job>(registry.view, jobKind, metadata.namespace, status.activeJob);
  if (active && !isTerminal(active.status?.phase)) throw refuse(`job ${active.metadata.name} is under way`);
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
