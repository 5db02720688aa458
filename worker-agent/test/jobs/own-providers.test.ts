import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker, processesNaming, tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import t from 'tap';
import type { AgentConfig } from '../../src/config.js';
import { runMark } from '../../src/tofu/process-group.js';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, jobFor, runJob, serviceFor, slowBundle } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

/** The real tofu, of which it is written down whether it was told to come to providers. */
function tofuThatIsWatched(t: Teardown, tofu: string): { path: string; runs: () => string[] } {
  const dir = tempDir(t);
  const [path, notes] = [join(dir, 'tofu.sh'), join(dir, 'notes')];
  writeFileSync(notes, '');
  writeFileSync(path, `#!/bin/sh\necho "$1 \${TF_REATTACH_PROVIDERS:+attached}" >> '${notes}'\nexec '${tofu}' "$@"\n`);
  chmodSync(path, 0o755);
  return { path, runs: () => readFileSync(notes, 'utf8').split('\n').filter((line) => line !== '').map((line) => line.trim()) };
}

/** Providers of runs, by the mark of their place; warm ones of drift checks have another. */
function ownProviders({ dataDir }: AgentConfig): number[] {
  const runs = readdirSync(join(dataDir, 'runs'));
  const marks = runs.map((run) => `${runMark}=${run}`);
  return processesNaming('terraform-provider-docker').map(({ pid }) => pid).filter((pid) => marks.some((mark) => environmentOf(pid).includes(mark)));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // Gone.
  }
}

t.test('tofu comes to providers of its run, which were there before it; those of one run serve no other', async (t) => {
  const api = await startApiserverStandIn(t);
  const base = agentConfig(t, api.url);
  const { path, runs } = tofuThatIsWatched(t, base.tofu);
  const config = { ...base, tofu: path, slots: 1 };
  startAgent(t, config);
  const inputs = await serviceFor(t, api);
  t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  const [ready] = await waitFor(() => found(ownProviders(config)), { what: 'a provider to be ready for the next run' });
  const changed = { ...inputs, variables: { ...inputs.variables, hostname: 'other' } };
  const { finish } = await runJob(api, changed, 'Apply');
  t.match(finish, { phase: 'Succeeded', plan: { add: 1, destroy: 1 } }, JSON.stringify(finish.error));
  await waitFor(() => found(ownProviders(config).filter((pid) => pid !== ready)), { what: 'another one to be ready' });
  t.notOk(ownProviders(config).includes(ready!), 'the one that was used is gone');
  t.equal((await runJob(api, changed, 'Destroy')).finish.phase, 'Succeeded');
  // What is being applied is read out beside it.
  t.same(runs().sort(), ['apply attached', 'apply attached', 'destroy attached', 'init', 'plan attached', 'show attached', 'version']);
});

t.test('a provider that died while it waited is not used', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = { ...agentConfig(t, api.url), slots: 1 };
  startAgent(t, config);
  t.equal((await runJob(api, await serviceFor(t, api), 'Apply')).finish.phase, 'Succeeded');
  const [ready] = await waitFor(() => found(ownProviders(config)), { what: 'a provider to be ready for the next run' });
  process.kill(ready!, 'SIGKILL');
  const { finish } = await runJob(api, await serviceFor(t, api), 'Apply');
  t.equal(finish.phase, 'Succeeded', JSON.stringify(finish.error));
});

t.test('a run whose provider dies fails, says so, and the next does without', async (t) => {
  const api = await startApiserverStandIn(t);
  const base = agentConfig(t, api.url);
  const { path, runs } = tofuThatIsWatched(t, base.tofu);
  const config = { ...base, tofu: path, slots: 1 };
  startAgent(t, config);
  const inputs = await serviceFor(t, api, {}, slowBundle(600));
  const job = jobFor(inputs);
  api.assign(job, { type: 'Apply', inputs });
  const container = await waitFor(() => docker(['ps', '--quiet', '--filter', `label=spawnit.dev/namespace=${inputs.namespace}`]), { what: 'the job to be under way' });
  for (const pid of ownProviders(config)) process.kill(pid, 'SIGKILL');
  const finish = await waitFor(() => api.finished.get(`${inputs.namespace}/${job.metadata.name}`), { what: 'the job to end' });
  t.equal(finish.phase, 'Failed');
  await waitFor(() => api.heartbeats.at(-1)?.status.conditions?.some(({ type, status, message }) => type === 'WarmProviders' && status === 'False' && /docker: it has ended/.test(message)), { what: 'the node to say so' });
  await docker(['rm', '--force', container]);
  const again = await runJob(api, { ...inputs, variables: {} }, 'Plan');
  t.equal(again.finish.phase, 'Succeeded', JSON.stringify(again.finish.error));
  t.ok(runs().includes('plan'), 'it started its own');
});

function found(pids: number[]): number[] | undefined {
  return pids.length > 0 ? pids : undefined;
}
