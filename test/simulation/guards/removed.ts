import { clusterEnvelopes } from '@spawnit/apiserver/dist/src/secrets/cluster-envelopes.js';
import { parseState } from '@spawnit/apiserver/dist/src/state/parse.js';
import { findState, putState, type RunIdentity } from '@spawnit/apiserver/dist/src/state/records.js';
import { StoreUnavailable, type ObjectStore } from '@spawnit/apiserver/dist/src/store/object-store.js';
import { find } from '@spawnit/apiserver/dist/src/resources/records.js';
import type { ServerContext } from '@spawnit/apiserver/dist/src/context.js';
import { agentPaths, ApiError, commitsPath, condition, jobKind, leaseHeader, leaseKind, leaseToken, nodeKind, type ClaimAnswer, type CommitRequest, type Job, type Lease, type Node } from '@spawnit/contract';
import type { StandInHttp } from '../network/stand-in-http.js';
import { allGuards, type Guards } from './guards.js';

const never = 1e12;
const wall = () => Date.now();

/** The product with one of its guards taken out, each in the wiring only. The simulation must catch every one. */
export const removed: Record<string, Guards> = {
  /** An agent that never gives up its lease by itself. */
  'self-fence': { ...allGuards, agentConfig: (config) => ({ ...config, times: { ...config.times, stopMs: never, gateMs: never, killMs: never } }) },
  /** Leases by a clock that people and time servers set. */
  'monotonic lease': { ...allGuards, leaseClock: wall, monotonic: wall },
  /** A state is taken from whoever sends it. */
  'state fence': { ...allGuards, server: (http, context) => takeAnyState(http, context) },
  /** A commit is put whether its slot is free or not. */
  'create-only append': { ...allGuards, store: overwriting },
  /** Who is called lost by a scheduler is lost, whatever the server has heard meanwhile. */
  'conditional revoke': { ...allGuards, server: (http, context) => believeTheScheduler(http, context) },
  /** Who led once may write for ever. */
  'leader fence': { ...allGuards, server: (http, context) => believeFormerLeaders(http, context) },
  /** A job is given out once; whether that was heard is not asked. */
  redelivery: { ...allGuards, server: (http, context) => giveOutOnce(http, context) },
  /** Who was a node when its heartbeat came is one when it is written. */
  'own node': { ...allGuards, server: (http, context) => believeItsName(http, context) },
  /** What an order of a restart has made anew already is forgotten. */
  'restart note': { ...allGuards, workdirs: (workdirs) => Object.assign(workdirs, { noteRestart: async () => undefined }) },
  /** One order of a restart is like another. */
  'restart order': { ...allGuards, server: (http) => likeAnother(http) },
  /** A put whose answer was lost is taken for one that was not done. */
  'read-back': { ...allGuards, store: guessing },
};

function takeAnyState(http: StandInHttp, context: ServerContext): void {
  const envelopes = clusterEnvelopes(context);
  const path = '/state/v1/:namespace/:service';
  for (const method of ['LOCK', 'UNLOCK']) http.replace(method, path, () => async () => ({}));
  http.replace('POST', path, () => async (request) => {
    const { namespace, service, serviceUid, epoch } = request.identity as RunIdentity;
    const body = request.body as Buffer;
    const { outputs: _inside, ...about } = parseState(body);
    const key = `clients/${namespace}/${service}/terraform.tfstate/${about.serial}-${epoch}-${context.random(8).toString('hex')}`;
    await context.objects.putIfAbsent(key, envelopes.seal(body, key));
    await context.registry.write('unfenced', (view) => {
      const before = findState(view, namespace, serviceUid);
      return { ops: [putState(namespace, serviceUid, { ...before, service, current: { ...about, epoch, key } })], result: undefined };
    });
    return {};
  });
}

function overwriting(objects: ObjectStore): ObjectStore {
  const putIfAbsent: ObjectStore['putIfAbsent'] = async (key, body) => {
    if (key.startsWith('registry/log/')) await objects.delete(key);
    return objects.putIfAbsent(key, body);
  };
  return over(objects, { putIfAbsent });
}

function guessing(objects: ObjectStore): ObjectStore {
  const putIfAbsent: ObjectStore['putIfAbsent'] = (key, body) =>
    objects.putIfAbsent(key, body).catch((error: StoreUnavailable) => {
      throw new StoreUnavailable(error.message, { ambiguous: false });
    });
  return over(objects, { putIfAbsent });
}

function over(objects: ObjectStore, changed: Partial<ObjectStore>): ObjectStore {
  const { name } = objects;
  return { name, get: (key) => objects.get(key), putIfAbsent: (key, body) => objects.putIfAbsent(key, body), list: (prefix, page) => objects.list(prefix, page), delete: (key) => objects.delete(key), close: () => objects.close(), ...changed };
}

function believeTheScheduler(http: StandInHttp, { hooks }: ServerContext): void {
  for (const [i, admission] of hooks.admission.entries()) {
    hooks.admission[i] = (request) => {
      try {
        return admission(request);
      } catch (error) {
        if (request.kind.kind === nodeKind.kind && ApiError.is(error, 'Conflict') && /is not lost/.test(error.message)) return request.object;
        throw error;
      }
    };
  }
  http.replace('POST', commitsPath, (handler) => async (request, reply) => {
    const asked = request.body as CommitRequest;
    const verdicts = asked.ops.filter(({ object }) => object.kind === nodeKind.kind && condition(object as unknown as Node, 'Ready')?.status === 'False');
    for (const { object } of verdicts) delete object.metadata['resourceVersion'];
    try {
      return await handler(request, reply);
    } catch (error) {
      // What else was in that commit has changed meanwhile; it is taken from the node a moment later, as it is then.
      if (verdicts.length === 0) throw error;
      return handler(Object.assign(request, { body: { ops: verdicts } }), reply);
    }
  });
}

function believeFormerLeaders(http: StandInHttp, { registry }: ServerContext): void {
  http.replace('POST', commitsPath, (handler) => (request, reply) => {
    const lease = find<Lease>(registry.view, leaseKind, undefined, request.identity.role)?.spec;
    if (lease?.session !== undefined) request.headers[leaseHeader] = leaseToken(lease);
    return handler(request, reply);
  });
}

function giveOutOnce(http: StandInHttp, { registry }: ServerContext): void {
  http.replace('POST', '/agent/v1/jobs/:namespace/:job/claim', (handler) => async (request, reply) => {
    const { namespace, job: name } = request.params as { namespace: string; job: string };
    await registry.sync();
    const job = find<Job>(registry.view, jobKind, namespace, name);
    if (job?.status?.phase === 'Running') throw new ApiError('Conflict', `job ${name} has been given out already`);
    return handler(request, reply);
  });
}

function likeAnother(http: StandInHttp): void {
  http.replace('POST', '/agent/v1/jobs/:namespace/:job/claim', (handler) => async (request, reply) => {
    const claim = (await handler(request, reply)) as ClaimAnswer;
    return { ...claim, ...(claim.restart && { restartOrder: 'any' }) };
  });
}

function believeItsName(http: StandInHttp, { registry }: ServerContext): void {
  http.replace('POST', agentPaths.heartbeat(':node').replace('%3A', ':'), (handler) => (request, reply) => {
    const { name } = request.identity;
    const identity = { role: 'node', name, get nodeUid() { return find<Node>(registry.view, nodeKind, undefined, name)?.metadata.uid; } }; // prettier-ignore
    return handler(Object.assign(request, { identity }), reply);
  });
}
