import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CheckResult, ClaimAnswer, FinishRequest, HeartbeatRequest, Inventory, Job, ModuleBundle, ProgressRequest, RunInputs } from '@spawnit/contract';
import type { Teardown } from '@spawnit/testkit';
import { StandInJobs } from './apiserver/jobs.js';
import { nodeRoutes } from './apiserver/node-routes.js';
import { route, type Route } from './apiserver/routing.js';
import { runRoutes } from './apiserver/run-routes.js';
import { stateRoutes } from './apiserver/state-routes.js';

/** What an agent sees of an apiserver, with the levers that tests need. It stands in for the real one, and keeps no promise. */
export interface ApiserverStandIn {
  readonly url: string;
  /** By namespace/service. */
  readonly states: Map<string, { text: string; writes: number; locked?: string }>;
  readonly bundles: Map<string, ModuleBundle>;
  readonly heartbeats: HeartbeatRequest[];
  readonly progress: ProgressRequest[];
  readonly finished: Map<string, FinishRequest>;
  readonly logs: Map<string, Buffer>;
  readonly checkResults: Map<string, CheckResult>;
  readonly recovered: string[];
  /** Of which epoch each was told to be left. */
  readonly recoveredOf: (string | null)[];
  /** Names of services whose check was wanted at once. */
  readonly suspected: string[];
  readonly joins: unknown[];
  /** Its own, so that agents of other tests leave its objects alone. */
  readonly cluster: string;
  /** What may stand on the engine; without it, all services that had a job. */
  inventory: Pick<Inventory, 'uids' | 'namespaces'> | undefined;
  /** `namespace/job`, told with every heartbeat. */
  revoked: string[];
  cancel: string[];
  /** While set every request to it is broken off, or all but those for states. */
  silent: boolean | 'but states';
  /** While true something that stands before it answers in its place, but for states, as a balancer does that has no server to hand on to. */
  replaced: boolean;
  /** While true that answers who asks for a state, too, and all else is handed on. */
  statesReplaced: boolean;
  /** To how many requests that answered. */
  answeredInItsPlace: number;
  /** While true states can't be written. */
  refuseStates: boolean;
  /** While true states that could not be written are not taken either. */
  refuseRecovered: boolean;
  /** How many times one was brought. */
  brought: number;
  /** While true heartbeats are not acknowledged. */
  refuseHeartbeats: boolean;
  refusedHeartbeats: number;
  /** While set, claims are granted, and answered only when it settles. */
  claimsHeld: Promise<void> | undefined;
  /** While true no result is taken. */
  refuseResults: boolean;
  /** How many claims were granted. */
  claims: number;
  /** While true the node's token is refused. */
  refuseNode: boolean;
  assign(job: Job, claim: ClaimAnswer): void;
  check(id: string, inputs: RunInputs): void;
  /** How many agents listen for checks. */
  checkStreams(): number;
}

export async function startApiserverStandIn(t: Teardown): Promise<ApiserverStandIn> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const jobs = new StandInJobs();
  const streams = new Set<ServerResponse>();
  const api: ApiserverStandIn = {
    ...untouched(),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    assign: (job, claim) => jobs.assign(job, claim),
    check: (id, inputs) => streams.forEach((stream) => stream.write(`${JSON.stringify({ id, inputs })}\n`)),
    checkStreams: () => streams.size,
  };
  const routes = [...nodeRoutes(api, jobs, streams), ...runRoutes(api, jobs), ...jobs.routes, ...stateRoutes(api)];
  server.on('request', (req, res) => void answer(api, routes, req, res));
  return api;
}

async function answer(api: ApiserverStandIn, routes: readonly Route[], req: IncomingMessage, res: ServerResponse): Promise<void> {
  const ofStates = req.url!.startsWith('/state/');
  if (api.silent === true || (api.silent && !ofStates)) return void req.socket.destroy();
  if (api.replaced && !ofStates) return void (api.answeredInItsPlace++, res.writeHead(404).end('404 page not found'));
  if (api.statesReplaced && ofStates && req.method === 'GET') return void res.writeHead(404).end('404 page not found');
  return route(routes, req, res);
}

/** Nothing told yet, and no lever pulled. */
function untouched(): Omit<ApiserverStandIn, 'url' | 'assign' | 'check' | 'checkStreams'> {
  return {
    states: new Map(),
    bundles: new Map(),
    heartbeats: [],
    progress: [],
    finished: new Map(),
    logs: new Map(),
    checkResults: new Map(),
    recovered: [],
    recoveredOf: [],
    suspected: [],
    joins: [],
    cluster: randomUUID(),
    inventory: undefined,
    revoked: [],
    cancel: [],
    silent: false,
    replaced: false,
    statesReplaced: false,
    answeredInItsPlace: 0,
    refuseStates: false,
    refuseRecovered: false,
    brought: 0,
    refuseHeartbeats: false,
    refusedHeartbeats: 0,
    claimsHeld: undefined,
    refuseResults: false,
    claims: 0,
    refuseNode: false,
  };
}
