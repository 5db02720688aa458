import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { CheckResult, ClaimAnswer, FinishRequest, HeartbeatRequest, Inventory, Job, ModuleBundle, ProgressRequest, RunInputs, Suspicions } from '@spawnit/contract';
import type { Teardown } from '@spawnit/testkit';

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
  const jobs = new Map<string, Job>();
  const claims = new Map<string, ClaimAnswer>();
  const watches = new Set<ServerResponse>();
  const streams = new Set<ServerResponse>();
  let version = 1;
  const everything = () => ({ uids: [...claims.values()].map(({ inputs }) => inputs.serviceUid), namespaces: [...claims.values()].map(({ inputs }) => inputs.namespace) });
  const tell = (type: string, job: Job) => watches.forEach((watch) => watch.write(`${JSON.stringify({ type, object: job })}\n`));
  const change = (key: string, status: Job['status']) => {
    const job = jobs.get(key);
    if (job === undefined) return;
    const changed = { ...job, metadata: { ...job.metadata, resourceVersion: String((version += 1)) }, status } as Job;
    jobs.set(key, changed);
    tell('MODIFIED', changed);
  };
  const routes: [string, RegExp, (call: Call) => unknown][] = [
    ['POST', /^\/agent\/v1\/join$/, ({ body }) => {
      api.joins.push(json(body));
      api.refuseNode = false;
      return { node: (json(body) as { name: string }).name, uid: `uid-${api.joins.length}`, token: 'node-token' };
    }],
    ['POST', /^\/agent\/v1\/nodes\/[^/]+\/heartbeat$/, ({ body }) => {
      if (api.refuseNode) return refusal(401, 'Unauthorized');
      if (api.refuseHeartbeats) return (api.refusedHeartbeats++, refusal(503, 'ServiceUnavailable'));
      api.heartbeats.push(json(body) as HeartbeatRequest);
      return { revoked: api.revoked, cancel: api.cancel };
    }],
    ['GET', /^\/agent\/v1\/nodes\/[^/]+\/inventory$/, () => ({ cluster: api.cluster, engine: api.heartbeats.at(-1)?.status.engine ?? 'unknown', ...(api.inventory ?? everything()) })],
    ['GET', /^\/agent\/v1\/nodes\/[^/]+\/checks$/, ({ res }) => hold(streams, res)],
    ['POST', /^\/agent\/v1\/nodes\/[^/]+\/checks\/([^/]+)$/, ({ match, body }) => void api.checkResults.set(match[1]!, json(body) as CheckResult)],
    ['POST', /^\/agent\/v1\/nodes\/[^/]+\/suspicions$/, ({ body }) => void api.suspected.push(...(json(body) as Suspicions).services.map(({ namespace, name }) => `${namespace}/${name}`))],
    ['POST', /^\/agent\/v1\/jobs\/([^/]+)\/([^/]+)\/claim$/, ({ match }) => {
      const key = `${match[1]}/${match[2]}`;
      const job = jobs.get(key);
      if (job?.status?.phase !== 'Assigned' && job?.status?.phase !== 'Running') return refusal(409, 'EpochPassed');
      api.claims += 1;
      change(key, { ...job.status, phase: 'Running' });
      return api.claimsHeld ? api.claimsHeld.then(() => claims.get(key)) : claims.get(key);
    }],
    ['POST', /^\/agent\/v1\/jobs\/[^/]+\/[^/]+\/progress$/, ({ body }) => void api.progress.push(json(body) as ProgressRequest)],
    ['POST', /^\/agent\/v1\/jobs\/([^/]+)\/([^/]+)\/log$/, ({ match, body, query }) => {
      const key = `${match[1]}/${match[2]}`;
      const before = api.logs.get(key) ?? Buffer.alloc(0);
      api.logs.set(key, Buffer.concat([before.subarray(0, Number(query.get('offset'))), body]));
      return { bytes: api.logs.get(key)!.length };
    }],
    ['POST', /^\/agent\/v1\/jobs\/([^/]+)\/([^/]+)\/finish$/, ({ match, body }) => {
      const key = `${match[1]}/${match[2]}`;
      if (api.revoked.includes(key)) return refusal(409, 'EpochPassed');
      if (api.refuseResults) return refusal(503, 'ServiceUnavailable');
      const finish = json(body) as FinishRequest;
      api.finished.set(key, finish);
      change(key, { ...jobs.get(key)?.status, phase: finish.phase });
    }],
    ['GET', /^\/agent\/v1\/modules\/([^/]+)\/bundle$/, ({ match }) => api.bundles.get(match[1]!) ?? refusal(404, 'NotFound')],
    ['GET', /^\/apis\/spawnit.dev\/v1\/jobs$/, ({ query, res }) => {
      if (query.get('watch') === 'true') {
        // What changed between the caller's list and this watch comes first, as from the real server.
        const missed = [...jobs.values()].filter((job) => Number(job.metadata.resourceVersion) > Number(query.get('resourceVersion')));
        const held = hold(watches, res);
        for (const job of missed) res.write(`${JSON.stringify({ type: 'MODIFIED', object: job })}\n`);
        return held;
      }
      return { apiVersion: 'spawnit.dev/v1', kind: 'JobList', metadata: { resourceVersion: String(version) }, items: [...jobs.values()] };
    }],
    ['POST', /^\/state\/v1\/([^/]+)\/([^/]+)\/recover$/, ({ match, body, query }) => {
      api.brought += 1;
      if (api.refuseRecovered) return refusal(503, 'ServiceUnavailable');
      api.recovered.push(body.toString());
      api.recoveredOf.push(query.get('epoch'));
      const key = `${match[1]}/${match[2]}`;
      api.states.set(key, { writes: 0, ...api.states.get(key), text: body.toString() });
    }],
    ['GET', /^\/state\/v1\/([^/]+)\/([^/]+)$/, ({ match }) => api.states.get(`${match[1]}/${match[2]}`)?.text ?? refusal(404, 'NotFound')],
    ['POST', /^\/state\/v1\/([^/]+)\/([^/]+)$/, ({ match, body }) => {
      if (api.refuseStates) return refusal(503, 'ServiceUnavailable');
      const key = `${match[1]}/${match[2]}`;
      const before = api.states.get(key);
      api.states.set(key, { ...before, text: body.toString(), writes: (before?.writes ?? 0) + 1 });
    }],
    ['LOCK', /^\/state\//, () => undefined],
    ['UNLOCK', /^\/state\//, () => undefined],
  ];
  const server = createServer((req, res) => void answer(req, res));
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    if (api.silent === true || (api.silent && !req.url!.startsWith('/state/'))) return void req.socket.destroy();
    if (api.replaced && !req.url!.startsWith('/state/')) return void (api.answeredInItsPlace++, res.writeHead(404).end('404 page not found'));
    const url = new URL(req.url!, 'http://stand-in');
    const body = await buffer(req);
    for (const [method, path, act] of routes) {
      const match = method === req.method && url.pathname.match(path);
      if (!match) continue;
      const result = await act({ match, body, query: url.searchParams, res });
      return result === held ? undefined : send(res, result);
    }
    send(res, refusal(404, 'NotFound'));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const api: ApiserverStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
    assign: (job, claim) => {
      const key = `${job.metadata.namespace}/${job.metadata.name}`;
      claims.set(key, claim);
      jobs.set(key, { ...job, metadata: { ...job.metadata, resourceVersion: String((version += 1)) } });
      tell('ADDED', jobs.get(key)!);
    },
    check: (id, inputs) => streams.forEach((stream) => stream.write(`${JSON.stringify({ id, inputs })}\n`)),
    checkStreams: () => streams.size,
  };
  return api;
}

interface Call {
  match: RegExpMatchArray;
  body: Buffer;
  query: URLSearchParams;
  res: ServerResponse;
}
interface Refusal {
  refused: number;
  reason: string;
}
const held = Symbol('held');

function refusal(refused: number, reason: string): Refusal {
  return { refused, reason };
}

function hold(open: Set<ServerResponse>, res: ServerResponse): typeof held {
  open.add(res);
  res.on('close', () => open.delete(res));
  res.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  return held;
}

function send(res: ServerResponse, result: unknown): void {
  if (typeof result === 'string') return void res.end(result);
  const { refused, reason } = (result ?? {}) as Partial<Refusal>;
  if (refused === undefined) return void res.end(JSON.stringify(result ?? {}));
  res.writeHead(refused, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: refused, reason, message: `the stand-in refuses: ${reason}` }));
}

function json(body: Buffer): unknown {
  return JSON.parse(body.toString());
}
