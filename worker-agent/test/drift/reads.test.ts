import { docker, waitFor } from '@spawnit/testkit';
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, moduleBundle, runJob, serviceFor } from '../deployment.js';
import { digestOf } from '../../src/workdir/bundle.js';
import { runMark } from '../../src/tofu/process-group.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';
import { checked } from './checked.js';

// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

/** The warm provider processes that this process has started; those that wait for runs have other marks. */
function providers(): number[] {
  const of = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'latin1');
    } catch {
      return '';
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => new RegExp(`\\(terraform-provi\\) [^Z] ${process.pid} `).test(of(pid)) && isWarm(pid)).map(Number);
}

function isWarm(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${runMark}=warm:`);
  } catch {
    return false; // Gone.
  }
}

t.test('what a full plan has said is said again from reads, and anything new is planned', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const name = `${inputs.namespace}.${inputs.service}`;
  await runJob(api, inputs, 'Apply');
  t.match(await checked(api, inputs), { verdict: 'Compliant', by: 'Plan' });
  t.match(await checked(api, inputs), { verdict: 'Compliant', by: 'Reads' });

  await docker(['update', '--memory', '64m', '--memory-swap', '-1', name]);
  const fields = [{ resource: 'docker_container.this', field: 'memory', live: '64' }, { field: 'memory_swap' }];
  t.match(await checked(api, inputs), { verdict: 'Drifted', by: 'Plan', fields });
  t.match(await checked(api, inputs), { verdict: 'Drifted', by: 'Reads', fields });
  t.match(await checked(api, { ...inputs, ignoreFields: ['memory', 'memory_swap'] }), { verdict: 'Compliant', by: 'Plan' });
  t.match(await checked(api, { ...inputs, variables: { ...inputs.variables, restart: 'always' } }), { verdict: 'Drifted', by: 'Plan' });
  t.match(await checked(api, { ...inputs, state: { ...inputs.state, version: 'another' } }), { by: 'Plan' });
  await docker(['rm', '--force', name]);
  t.match(await checked(api, inputs), { verdict: 'Drifted', by: 'Plan', fields: [{ field: '(exists)' }] });
  t.equal(providers().length, 1, 'all of it by one provider process');
});

t.test('what the engine tells of a service has its check asked for at once, and what a job of ours does to it has not', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  const [name, service] = [`${inputs.namespace}.${inputs.service}`, `${inputs.namespace}/${inputs.service}`];
  await runJob(api, inputs, 'Apply');
  const changes = [['pause', name], ['unpause', name], ['network', 'disconnect', `spawnit-${inputs.namespace}`, name], ['rm', '--force', name]];
  for (const change of changes) {
    api.suspected.length = 0;
    await docker(change);
    await waitFor(() => api.suspected.includes(service), { what: `a suspicion after ${change[0]}` });
  }
});

t.test('the end of a network and of a volume, which the engine tells without their labels, has the check asked for', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  for (const kind of ['network', 'volume']) {
    const inputs = await serviceFor(t, api, { variables: {} }, moduleBundle(kind));
    await runJob(api, inputs, 'Apply');
    const [name] = (await docker([kind, 'ls', '--filter', `label=spawnit.dev/uid=${inputs.serviceUid}`, '--format', '{{.Name}}'])).trim().split('\n');
    await docker([kind, 'rm', name!]);
    await waitFor(() => api.suspected.includes(`${inputs.namespace}/${inputs.service}`), { what: `a suspicion after the end of its ${kind}` });
  }
});

t.test('a module that is not a function of its inputs is always planned', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const bundle = moduleBundle();
  bundle.files['instance/now.tf'] = 'locals {\n  now = plantimestamp()\n}\n';
  const inputs = await serviceFor(t, api, { module: digestOf(bundle) }, bundle);
  await runJob(api, inputs, 'Apply');
  t.match(await checked(api, inputs), { verdict: 'Compliant', by: 'Plan' });
  t.match(await checked(api, inputs), { verdict: 'Compliant', by: 'Plan' });
});

t.test('a provider that is killed costs no verdict, and the node says so', async (t) => {
  const api = await startApiserverStandIn(t);
  startAgent(t, agentConfig(t, api.url));
  const inputs = await serviceFor(t, api);
  await runJob(api, inputs, 'Apply');
  t.match(await checked(api, inputs), { by: 'Plan' });
  const [pid] = providers();
  process.kill(pid!, 'SIGKILL');
  await waitFor(() => api.heartbeats.at(-1)?.status.conditions?.find(({ type, status }) => type === 'WarmProviders' && status === 'False'), { what: 'the node to say so' });
  t.match(await checked(api, inputs), { verdict: 'Compliant' });
  await waitFor(async () => (await checked(api, inputs)).by === 'Reads', { what: 'checks by reads again' });
  t.notSame(providers(), [pid], 'by another process');
});
