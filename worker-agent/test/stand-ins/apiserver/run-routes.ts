import type { FinishRequest, ProgressRequest } from '@spawnit/contract';
import type { ApiserverStandIn } from '../apiserver-stand-in.js';
import type { StandInJobs } from './jobs.js';
import { json, keyOf, refusal, type Call, type Route } from './routing.js';

/** What an agent says and asks for one job: claim, progress, log and result. */
export function runRoutes(api: ApiserverStandIn, jobs: StandInJobs): Route[] {
  return [
    ['POST', /^\/agent\/v1\/jobs\/([^/]+)\/([^/]+)\/claim$/, (call) => {
      const answer = jobs.claim(keyOf(call));
      if (answer !== undefined && 'refused' in answer) return answer;
      api.claims += 1;
      return api.claimsHeld ? api.claimsHeld.then(() => answer) : answer;
    }],
    ['POST', /^\/agent\/v1\/jobs\/[^/]+\/[^/]+\/progress$/, ({ body }) => void api.progress.push(json(body) as ProgressRequest)],
    ['POST', /^\/agent\/v1\/jobs\/([^/]+)\/([^/]+)\/log$/, (call) => {
      const before = api.logs.get(keyOf(call)) ?? Buffer.alloc(0);
      const after = Buffer.concat([before.subarray(0, Number(call.query.get('offset'))), call.body]);
      api.logs.set(keyOf(call), after);
      return { bytes: after.length };
    }],
    ['POST', /^\/agent\/v1\/jobs\/([^/]+)\/([^/]+)\/finish$/, (call) => finish(api, jobs, call)],
  ];
}

function finish(api: ApiserverStandIn, jobs: StandInJobs, call: Call): unknown {
  const key = keyOf(call);
  if (api.revoked.includes(key)) return refusal(409, 'EpochPassed');
  if (api.refuseResults) return refusal(503, 'ServiceUnavailable');
  const result = json(call.body) as FinishRequest;
  api.finished.set(key, result);
  jobs.change(key, { ...jobs.statusOf(key), phase: result.phase });
  return undefined;
}
