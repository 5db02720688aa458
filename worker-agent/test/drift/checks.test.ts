import { docker, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, jobFor, runJob, serviceFor, slowBundle } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';
import { checked } from './checked.js';

const container = 'docker_container.this';
// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

t.test('what is done to a container by hand is found, field by field, and what is put right is fine again', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const name = `${inputs.namespace}.${inputs.service}`;
  t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  t.match(await checked(api, inputs), { verdict: 'Compliant', fields: [], epoch: 1, generation: 1 });

  await docker(['stop', '--time', '0', name]);
  t.same((await checked(api, inputs)).fields.map(({ field }) => field), ['must_run', 'ports']);
  await docker(['start', name]);
  t.match(await checked(api, inputs), { verdict: 'Compliant' });

  await docker(['update', '--memory', '64m', '--memory-swap', '-1', name]);
  t.match(await checked(api, inputs), { verdict: 'Drifted', fields: [{ resource: container, field: 'memory', live: '64' }, { field: 'memory_swap' }] });
  t.match(await checked(api, { ...inputs, ignoreFields: ['memory', 'memory_swap'] }), { verdict: 'Compliant', fields: [{ ignored: true }, { ignored: true }] });

  await docker(['rm', '--force', name]);
  t.match(await checked(api, inputs), { verdict: 'Drifted', fields: [{ resource: container, field: '(exists)', desired: 'present', live: 'missing' }] });
  t.match(await checked(api, { ...inputs, secret: { mood: 'Drifted', by: 'Plan' } }), { verdict: 'Drifted', by: 'Plan' }, 'a secret that is a word of ours hides no verdict');
  const writes = api.states.get(`${inputs.namespace}/${inputs.service}`)?.writes;

  const { finish } = await runJob(api, inputs, 'Apply');
  t.match(finish, { phase: 'Succeeded', plan: { add: 1, destroy: 0 } });
  t.match(await checked(api, inputs), { verdict: 'Compliant' });
  t.equal(writes, 1, 'no check has written a state');
});

t.test('while a job works on the service a check is Unknown, not drift', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api, {}, slowBundle(600));
  api.assign(jobFor(inputs), { type: 'Apply', inputs });
  await waitFor(() => docker(['ps', '--quiet', '--filter', `label=spawnit.dev/namespace=${inputs.namespace}`]), { what: 'the job to be under way' });
  t.match(await checked(api, inputs), { verdict: 'Unknown', error: { cause: 'Busy' } });
});

t.test('a job goes before a check: the check gives way', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  const check = checked(api, inputs);
  t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  t.ok(['Unknown', 'Compliant'].includes((await check).verdict));
});

t.test('an engine that does not answer, and a plan that fails, are Unknown and say why', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url, { engineSocket: '/nowhere/docker.sock' }));
  t.match(await checked(api, await serviceFor(t, api)), { verdict: 'Unknown', error: { cause: 'EngineUnreachable' } });

  const second = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, second.url));
  const inputs = await serviceFor(t, second);
  t.match(await checked(second, { ...inputs, variables: { image: 'x', restart: 'sometimes' } }), { verdict: 'Unknown', error: { cause: 'Configuration' } });
});
