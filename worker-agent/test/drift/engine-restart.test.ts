import type { CheckResult } from '@spawnit/contract';
import { helloImage } from '@spawnit/local';
import { startDockerd, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, runJob, serviceFor } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';
import { checked } from './checked.js';

// A whole engine on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

t.test('while an engine is away and comes back nothing is ever Drifted: it is Unknown, and says why; its events are followed again', async (t) => {
  const api = await startApiserverStandIn(t);
  const engine = await startDockerd({ name: 'engine-of-n1', t });
  await engine.loadImage(helloImage);
  startAgent(t, agentConfig(t, api.url, { engineSocket: engine.host.slice('unix://'.length) }));
  const made = await serviceFor(t, api);
  // A volume, too: its provider takes one that it can't ask about for gone.
  const inputs = { ...made, variables: { ...made.variables, ports: [], restart: 'always', volumes: [{ name: 'data', container_path: '/data' }] } };
  t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  await waitFor(async () => (await checked(api, inputs)).by === 'Reads', { what: 'checks by reads' });
  const events = () => api.heartbeats.at(-1)?.status.conditions?.find(({ type }) => type === 'EngineEvents');
  await waitFor(() => events()?.status === 'True', { what: 'its events to be followed' });

  const said: CheckResult[] = [];
  let over = false;
  const asking = (async () => {
    while (!over) said.push(await checked(api, inputs));
  })();
  await engine.kill();
  // What was under way at that moment may say it in other words.
  const unreachable = await waitFor(() => said.find(({ error }) => error?.cause === 'EngineUnreachable'), { what: 'nothing to be told any more' });
  t.match(unreachable, { verdict: 'Unknown', fields: { length: 0 } });
  await waitFor(() => events()?.status === 'False', { what: 'the node to say that it hears no events' });
  t.match(events()?.message, /drift is found when a check is due/);
  await engine.restart();
  await waitFor(() => said.at(-1)?.verdict === 'Compliant', { what: 'it to be compliant again' });
  over = true;
  await asking;
  t.same(said.filter(({ verdict }) => verdict === 'Drifted'), []);
  await waitFor(() => events()?.status === 'True', { what: 'its events to be followed again' });
  api.suspected.length = 0;
  await engine.docker(['rm', '--force', `${inputs.namespace}.${inputs.service}`]);
  await waitFor(() => api.suspected.includes(`${inputs.namespace}/${inputs.service}`), { what: 'a suspicion' });
  t.match(await checked(api, inputs), { verdict: 'Drifted' }, 'what is really gone is Drifted');
});
