import type { ApiserverStandIn } from '../apiserver-stand-in.js';
import { keyOf, refusal, type Call, type Route } from './routing.js';

/** tofu's http backend, and states that are brought later. */
export function stateRoutes(api: ApiserverStandIn): Route[] {
  return [
    ['POST', /^\/state\/v1\/([^/]+)\/([^/]+)\/recover$/, (call) => recover(api, call)],
    ['GET', /^\/state\/v1\/([^/]+)\/([^/]+)$/, (call) => api.states.get(keyOf(call))?.text ?? refusal(404, 'NotFound')],
    ['POST', /^\/state\/v1\/([^/]+)\/([^/]+)$/, (call) => {
      if (api.refuseStates) return refusal(503, 'ServiceUnavailable');
      const before = api.states.get(keyOf(call));
      api.states.set(keyOf(call), { ...before, text: call.body.toString(), writes: (before?.writes ?? 0) + 1 });
      return undefined;
    }],
    ['LOCK', /^\/state\//, () => undefined],
    ['UNLOCK', /^\/state\//, () => undefined],
  ];
}

function recover(api: ApiserverStandIn, call: Call): unknown {
  api.brought += 1;
  if (api.refuseRecovered) return refusal(503, 'ServiceUnavailable');
  const text = call.body.toString();
  api.recovered.push(text);
  api.recoveredOf.push(call.query.get('epoch'));
  api.states.set(keyOf(call), { writes: 0, ...api.states.get(keyOf(call)), text });
  return undefined;
}
