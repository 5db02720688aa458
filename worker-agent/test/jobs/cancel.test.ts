import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClaimAnswer } from '@spawnit/contract';
import { spawnProgram, tempDir, waitFor, type Program } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { defaultTimes, type AgentConfig } from '../../src/config.js';
import { runMark } from '../../src/tofu/process-group.js';
import { agentConfig, jobFor, serviceFor } from '../deployment.js';
import { startApiserverStandIn, type ApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

t.setTimeout(600_000);

/** Stands in for tofu: hangs at one of its commands, with a child as providers are, and does not heed SIGTERM. */
function deafTofu(t: Test, verb: string): string {
  const file = join(tempDir(t), 'fake-tofu-that-is-deaf.sh');
  const script = `#!/bin/sh
case "$1" in
  version) echo '{"terraform_version": "1.12.6"}';;
  ${verb}) trap '' TERM INT; sleep 3600 & echo deaf; while :; do wait; done;;
  init) mkdir -p .terraform;;
esac
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return file;
}

/** Stands in for tofu: can't even begin. */
function failingTofu(t: Test): string {
  const file = join(tempDir(t), 'fake-tofu-that-fails.sh');
  writeFileSync(file, `#!/bin/sh\ncase "$1" in version) echo '{"terraform_version": "1.12.6"}';; *) exit 1;; esac\n`);
  chmodSync(file, 0o755);
  return file;
}

interface Scene {
  api: ApiserverStandIn;
  agent: Program;
  key: string;
  /** Asks for the end as the server does: with each heartbeat. */
  cancel(): void;
}

/** An agent that is a process of its own is given a job; `tofu` is what it runs. */
async function given(t: Test, tofu: string, type: ClaimAnswer['type'], serial?: number, ready: (api: ApiserverStandIn) => void = () => undefined): Promise<Scene & { config: AgentConfig }> {
  const api = await startApiserverStandIn(t);
  ready(api);
  const base = agentConfig(t, api.url);
  const config = { ...base, tofu, warmProviders: false, times: { ...base.times, heartbeatMs: 200, cancelAgainMs: 300, cancelKillMs: 300, logMs: 500 } };
  const agent = spawnProgram({ name: 'agent', entry: fileURLToPath(new URL('../programs/agent.js', import.meta.url)), args: [JSON.stringify(config)], t });
  const made = await serviceFor(t, api);
  const inputs = { ...made, state: { ...made.state, ...(serial !== undefined && { serial }) } };
  const job = jobFor(inputs, type);
  const key = `${inputs.namespace}/${job.metadata.name}`;
  api.assign(job, { type, inputs });
  return { api, agent, key, config, cancel: () => void (api.cancel = [key]) };
}

/** A job whose tofu hangs at this command. */
async function hangingAt(t: Test, verb: string, type: ClaimAnswer['type'], serial?: number): Promise<Scene & { config: AgentConfig }> {
  const scene = await given(t, deafTofu(t, verb), type, serial);
  const { api, key, config } = scene;
  await waitFor(() => tofusOf(config).length >= 2 && (api.logs.get(key)?.includes('deaf') ?? false), { what: `tofu to hang at ${verb}` });
  return scene;
}

/** tofu and what it started, whatever its name and group: all that carries the mark of a run of this agent. */
function tofusOf({ dataDir }: AgentConfig): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
    const environment = environmentOf(pid);
    return environment.includes(`${runMark}=`) && environment.includes(dataDir);
  });
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // Gone.
  }
}

async function ends(t: Test, { api, key, config }: Pick<Scene, 'api' | 'key'> & { config: AgentConfig }): Promise<void> {
  const finish = await waitFor(() => api.finished.get(key), { what: 'the job to end' });
  t.match(finish, { phase: 'Cancelled', error: { cause: 'Cancelled' } });
  await waitFor(() => tofusOf(config).length === 0, { what: 'its whole process group to be gone' });
}

const phases: [phase: string, verb: string, type: ClaimAnswer['type'], serial?: number][] = [
  ['init', 'init', 'Apply'],
  ['the plan that was asked for', 'plan', 'Plan'],
  ['the plan of a change', 'plan', 'Apply', 1],
  ['apply', 'apply', 'Apply'],
  ['destroy', 'destroy', 'Destroy', 1],
];

for (const [phase, verb, type, serial] of phases) {
  t.test(`cancelled in ${phase}, a job ends, though tofu does not heed the request, and its process group is gone`, async (t) => {
    const scene = await hangingAt(t, verb, type, serial);
    scene.cancel();
    await ends(t, scene);
  });
}

t.test('a cancel that comes while the agent is stopped is heeded when it goes on', async (t) => {
  const scene = await hangingAt(t, 'apply', 'Apply');
  scene.agent.kill('SIGSTOP');
  scene.cancel();
  scene.agent.kill('SIGCONT');
  await ends(t, scene);
});

t.test('a cancel that comes while the agent is cut off is heeded when it is heard again', async (t) => {
  const scene = await hangingAt(t, 'apply', 'Apply');
  const beats = scene.api.heartbeats.length;
  scene.api.silent = true;
  scene.cancel();
  await waitFor(() => /not acknowledged/.test(scene.agent.lines.join('\n')), { what: 'the agent to notice' });
  scene.api.silent = false;
  await waitFor(() => scene.api.heartbeats.length > beats, { what: 'it to be heard again' });
  await ends(t, scene);
});

t.test('a cancel that comes between the claim and its answer ends the job before tofu is started', async (t) => {
  let answer!: () => void;
  const scene = await given(t, deafTofu(t, 'init'), 'Apply', undefined, (api) => (api.claimsHeld = new Promise((resolve) => (answer = resolve))));
  await waitFor(() => scene.api.claims > 0, { what: 'the claim' });
  const beats = scene.api.heartbeats.length;
  scene.cancel();
  await waitFor(() => scene.api.heartbeats.length > beats + 1, { what: 'the agent to be told' });
  answer();
  await ends(t, scene);
  t.notMatch(scene.api.logs.get(scene.key)?.toString() ?? '', /deaf/);
});

t.test('a cancel that comes when a job has ended, and its end is not taken yet, does not change how it ended', async (t) => {
  const scene = await given(t, failingTofu(t), 'Apply', undefined, (api) => (api.refuseResults = true));
  const { api, key } = scene;
  await waitFor(() => api.heartbeats.some(({ running }) => running.includes(key)) && /job ended/.test(scene.agent.lines.join('\n')), { what: 'the job to end' });
  const beats = api.heartbeats.length;
  scene.cancel();
  await waitFor(() => api.heartbeats.length > beats + 1, { what: 'the agent to be told' });
  api.refuseResults = false;
  const finish = await waitFor(() => api.finished.get(key), { what: 'the end to be taken' });
  t.match(finish, { phase: 'Failed' });
  t.equal(tofusOf(scene.config).length, 0);
});

t.test('with the times of the product all of it stays within the 120 s of promise I7', async (t) => {
  const { heartbeatMs, cancelAgainMs, cancelKillMs, logMs } = defaultTimes;
  t.ok(heartbeatMs + cancelAgainMs + cancelKillMs + logMs + heartbeatMs < 120_000);
});
