import type { ServerResponse } from 'node:http';
import type { CheckResult, HeartbeatRequest, Suspicions } from '@spawnit/contract';
import type { ApiserverStandIn } from '../apiserver-stand-in.js';
import type { StandInJobs } from './jobs.js';
import { hold, json, refusal, type Route } from './routing.js';

/** What an agent says and asks as a node. */
export function nodeRoutes(api: ApiserverStandIn, jobs: StandInJobs, checkStreams: Set<ServerResponse>): Route[] {
  return [
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
    ['GET', /^\/agent\/v1\/nodes\/[^/]+\/inventory$/, () => ({ cluster: api.cluster, engine: api.heartbeats.at(-1)?.status.engine ?? 'unknown', ...(api.inventory ?? jobs.inventory()) })],
    ['GET', /^\/agent\/v1\/nodes\/[^/]+\/checks$/, ({ res }) => hold(checkStreams, res)],
    ['POST', /^\/agent\/v1\/nodes\/[^/]+\/checks\/([^/]+)$/, ({ match, body }) => void api.checkResults.set(match[1]!, json(body) as CheckResult)],
    ['POST', /^\/agent\/v1\/nodes\/[^/]+\/suspicions$/, ({ body }) => void api.suspected.push(...(json(body) as Suspicions).services.map(({ namespace, name }) => `${namespace}/${name}`))],
    ['GET', /^\/agent\/v1\/modules\/([^/]+)\/bundle$/, ({ match }) => api.bundles.get(match[1]!) ?? refusal(404, 'NotFound')],
  ];
}
