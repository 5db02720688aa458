import type { CheckResult, RunInputs } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import type { ApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

let count = 0;

/** Has a service checked by the agents that listen. The state is told as the one that `states` holds. */
export async function checked(api: ApiserverStandIn, inputs: RunInputs, states = api): Promise<CheckResult> {
  const id = `check-${(count += 1)}`;
  await waitFor(() => api.checkStreams() > 0, { what: 'the agent to listen for checks' });
  const version = String(states.states.get(`${inputs.namespace}/${inputs.service}`)?.writes);
  api.check(id, { ...inputs, state: { version, ...inputs.state } });
  return waitFor(() => api.checkResults.get(id), { what: `${id} to be answered` });
}

/** The verdict once one can be told: an engine that is slow to answer on a busy machine makes it Unknown for a while. */
export function told(api: ApiserverStandIn, inputs: RunInputs, states = api): Promise<CheckResult> {
  const look = async () => {
    const result = await checked(api, inputs, states);
    if (result.verdict === 'Unknown') throw new Error(JSON.stringify(result.error));
    return result;
  };
  return waitFor(look, { what: 'a verdict' });
}
