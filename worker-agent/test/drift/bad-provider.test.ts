import { docker, waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, runJob, serviceFor } from '../deployment.js';
import { startApiserverStandIn, type ApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';
import { misbehavingMirror, type Fault } from '../stand-ins/misbehaving-mirror.js';
import { checked } from './checked.js';

// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

/** A service whose checks are reads already, by a provider that can be made to misbehave. */
async function readWarm(t: Test) {
  const api = await startApiserverStandIn(t);
  const { cliConfig, misbehave } = misbehavingMirror(t);
  startAgent(t, agentConfig(t, api.url, { tofuCliConfig: cliConfig }));
  const inputs = await serviceFor(t, api);
  t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  t.match(await checked(api, inputs), { verdict: 'Compliant', by: 'Plan' });
  t.match(await checked(api, inputs), { verdict: 'Compliant', by: 'Reads' });
  return { api, inputs, misbehave };
}

function warmProviders(api: ApiserverStandIn) {
  return api.heartbeats.at(-1)?.status.conditions?.find(({ type }) => type === 'WarmProviders');
}

const faults: [what: string, fault: Fault, told: RegExp][] = [
  ['crashes', 'Crash', /kreuzwerker\/docker: /],
  ['hangs', 'Hang', /kreuzwerker\/docker: ReadResource: no answer within/],
  ['answers with noise', 'Garble', /warm providers failed at module/],
  ['breaks off in the middle of an answer', 'CutShort', /kreuzwerker\/docker: ReadResource: malformed/],
];

for (const [what, fault, told] of faults)
  t.test(`a provider that ${what} costs no verdict and no job, and the node says so`, async (t) => {
    const { api, inputs, misbehave } = await readWarm(t);

    misbehave(fault);
    t.match(await checked(api, inputs), { verdict: 'Compliant', by: 'Plan' }, 'the same, by a usual plan');
    const condition = await waitFor(() => (warmProviders(api)?.status === 'False' ? warmProviders(api) : undefined), { what: 'the node to say so' });
    t.match(condition?.message, told);
    await docker(['rm', '--force', `${inputs.namespace}.${inputs.service}`]);
    t.match(await checked(api, inputs), { verdict: 'Drifted', by: 'Plan', fields: [{ field: '(exists)', live: 'missing' }] });
    const { finish } = await runJob(api, inputs, 'Apply');
    t.match(finish, { phase: 'Succeeded', plan: { add: 1 } }, JSON.stringify(finish.error));
    t.match(await checked(api, inputs), { verdict: 'Compliant' });
  });

t.test('a provider whose session has run out is started anew, and reads again', async (t) => {
  const { api, inputs, misbehave } = await readWarm(t);
  misbehave('Expired');
  t.match(await checked(api, inputs), { verdict: 'Compliant', by: 'Plan' }, 'by a usual plan');
  t.match(await checked(api, inputs), { verdict: 'Compliant', by: 'Reads' }, 'and by reads again');
});

t.test('a state of which the provider does not know a type any more is for a full plan to judge: nothing is told of it', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  t.match(await checked(api, inputs), { verdict: 'Compliant' });
  const state = api.states.get(`${inputs.namespace}/${inputs.service}`)!;
  const text = state.text.replaceAll('"docker_image"', '"docker_forgotten"');
  t.not(text, state.text);
  api.states.set(`${inputs.namespace}/${inputs.service}`, { ...state, text, writes: state.writes + 1 });
  for (const time of ['first', 'second']) t.match(await checked(api, inputs), { verdict: 'Unknown', fields: [], error: { summary: /./ } }, time);
  api.states.set(`${inputs.namespace}/${inputs.service}`, { ...state, writes: state.writes + 2 });
  t.match(await checked(api, inputs), { verdict: 'Compliant' }, 'and it is as it was when the state is');
});
