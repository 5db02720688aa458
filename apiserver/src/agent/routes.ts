import { agentPaths, ApiError, ClaimRequest, FinishRequest, HeartbeatRequest, JoinRequest, type HeartbeatAnswer, parseOrThrow, ProgressRequest } from '@spawnit/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';
import type { LeaseParts } from '../leases/part.js';
import type { Logs } from '../logs/logs.js';
import { bundleKey } from '../modules/bundle.js';
import type { Envelopes } from '../secrets/envelope.js';
import type { States } from '../state/states.js';
import { anyNode, nodeAt, reporterAt } from './caller.js';
import { claimJob } from './claim.js';
import { heartbeat } from './heartbeat.js';
import { inventoryOf } from './inventory.js';
import { joinNode } from './join.js';
import { finishJob, reportProgress } from './report.js';
import { serverOf } from './state-address.js';

export interface AgentParts extends LeaseParts {
  states: States;
  envelopes: Envelopes;
  logs: Logs;
}

const job = [':namespace', ':job'] as const;

/** What agents say and ask, under /agent/v1. Each touches only its own node and jobs. */
export function agentRoutes(app: FastifyInstance, context: ServerContext, parts: AgentParts): void {
  app.post(agentPaths.join, async (request) => {
    if (request.identity.role !== 'joiner' && request.identity.role !== 'admin') throw new ApiError('Forbidden', 'joining takes the join token');
    return joinNode(context, parts, parseOrThrow(JoinRequest, request.body, { kind: 'JoinRequest' }));
  });
  app.post(route(agentPaths.heartbeat(':node')), async (request): Promise<HeartbeatAnswer> => {
    const node = nodeAt(request);
    const answer = await heartbeat(context, parts, node, parseOrThrow(HeartbeatRequest, request.body, { kind: 'HeartbeatRequest' }));
    return context.tokens.isCurrent(request.headers.authorization) ? answer : { ...answer, token: context.tokens.mint(node) };
  });
  app.get(route(agentPaths.inventory(':node')), async (request) => inventoryOf(context, nodeAt(request)));
  app.post(route(agentPaths.claim(...job)), async (request) => {
    const claim = { node: anyNode(request), at: jobAt(request), request: parseOrThrow(ClaimRequest, request.body, { kind: 'ClaimRequest' }), server: serverOf(request) };
    return claimJob(context, parts, claim);
  });
  app.post(route(agentPaths.progress(...job)), async (request) => {
    await reportProgress(context, reporterAt(request), jobAt(request), parseOrThrow(ProgressRequest, request.body, { kind: 'ProgressRequest' }));
    return {};
  });
  app.post(route(agentPaths.finish(...job)), async (request) => {
    await finishJob(context, reporterAt(request), jobAt(request), parseOrThrow(FinishRequest, request.body, { kind: 'FinishRequest' }));
    return {};
  });
  app.get(route(agentPaths.bundle(':module')), async (request, reply) => {
    const { role } = request.identity;
    if (role !== 'node' && role !== 'admin') throw new ApiError('Forbidden', 'bundles are for agents');
    const { module } = request.params as { module: string };
    const blob = /^sha256-[0-9a-f]{64}$/.test(module) ? await context.objects.get(bundleKey(module)) : undefined;
    if (blob === undefined) throw new ApiError('NotFound', `there is no module ${module}`, { kind: 'modules', name: module });
    return reply.header('content-type', 'application/json').header('cache-control', 'private, max-age=31536000, immutable').send(blob);
  });
}

/** The builders of paths encode their arguments; a route's own have a colon. */
function route(path: string): string {
  return path.replaceAll('%3A', ':');
}

function jobAt(request: FastifyRequest): { namespace: string; job: string } {
  return request.params as { namespace: string; job: string };
}
