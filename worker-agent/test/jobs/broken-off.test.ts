import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnProgram, tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import type { AgentConfig } from '../../src/config.js';
import { isBrokenOff } from '../../src/tofu/broken-off.js';
import { agentConfig, jobFor, serviceFor } from '../deployment.js';
import { startApiserverStandIn, type ApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

t.setTimeout(600_000);

/** Stands in for tofu: its first apply does `first`, each later one ends well. `began` tells that one has begun. */
function oddTofu(t: Test, first: string): { tofu: string; began: string } {
  const dir = tempDir(t);
  const [tofu, began] = [join(dir, 'fake-tofu-that-is-broken-off.sh'), join(dir, 'began')];
  const script = `#!/bin/sh
case "$1" in
  version) echo '{"terraform_version": "1.12.6"}';;
  apply) [ -e ${began} ] || { : >${began}; ${first}; };;
  init) mkdir -p .terraform;;
esac
`;
  writeFileSync(tofu, script);
  chmodSync(tofu, 0o755);
  return { tofu, began };
}

const start = (t: Teardown, config: AgentConfig) => spawnProgram({ name: 'agent', entry: fileURLToPath(new URL('../programs/agent.js', import.meta.url)), args: [JSON.stringify(config)], t });

async function remoteService(t: Test, tofu: string) {
  const api = await startApiserverStandIn(t);
  const config = { ...agentConfig(t, api.url), tofu, warmProviders: false };
  return { api, config, inputs: await serviceFor(t, api, { binding: 'Remote' }) };
}

async function run(api: ApiserverStandIn, inputs: Awaited<ReturnType<typeof serviceFor>>) {
  const job = jobFor(inputs);
  api.assign(job, { type: 'Apply', inputs });
  return waitFor(() => api.finished.get(`${inputs.namespace}/${job.metadata.name}`), { what: 'the job to end' });
}

t.test('that a remote apply was killed with its agent is told by the run that follows it, also when that ends well', async (t) => {
  const { tofu, began } = oddTofu(t, 'exec sleep 3600');
  const { api, config, inputs } = await remoteService(t, tofu);
  const job = jobFor(inputs);
  api.assign(job, { type: 'Apply', inputs });
  const agent = start(t, config);
  await waitFor(() => existsSync(began), { what: 'the apply to begin' });
  agent.kill('SIGKILL');
  await agent.exited;
  start(t, config);
  const finish = await waitFor(() => api.finished.get(`${inputs.namespace}/${job.metadata.name}`), { what: 'the job to end' });
  t.match(finish, { phase: 'Succeeded', brokenOff: true });
  const next = await run(api, { ...inputs, epoch: inputs.epoch + 1 });
  t.equal(next.phase, 'Succeeded');
  t.equal(next.brokenOff, undefined, 'another job has nothing to do with it');
});

t.test('a remote apply that a signal ended is told as broken off; one that failed by itself, and one behind the gate, is not', async (t) => {
  const cases = [['kill -9 $$', 'Remote', true], ['exit 1', 'Remote', undefined], ['kill -9 $$', 'Engine', undefined]] as const;
  for (const [first, binding, told] of cases) {
    const { api, config, inputs } = await remoteService(t, oddTofu(t, first).tofu);
    start(t, config);
    const finish = await run(api, { ...inputs, binding });
    t.equal(finish.phase, 'Failed');
    t.equal(finish.brokenOff, told, `${first}, ${binding}`);
  }
});

t.test('tofu’s own word that it gives up without its state counts like a signal', async (t) => {
  const words = (lastWords: string) => isBrokenOff({ signal: undefined, lastWords, messages: [] });
  t.ok(words('Two interrupts received. Exiting immediately. Note that data loss may have occurred.'));
  t.ok(words('panic: runtime error: invalid memory address'));
  t.notOk(words('Error: creating instance: quota exceeded'));
});
