import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CheckOrder, CheckResult, ClaimAnswer, FinishRequest, Job } from '@spawnit/contract';
import { startApiserver, startControllerProgram, startStandInAgent, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { web } from './manifests.js';
import { spawnctl, startSpawnctl } from './spawnctl.js';

const root = t;
const api = await startApiserver(root, { store: 'files' });
const reconciler = startControllerProgram(root, api, 'reconciler');
for (const name of ['scheduler', 'drift-controller'] as const) startControllerProgram(root, api, name);
const admin = api.client('admin');
const kubeconfig = join(api.dataDir, 'kubeconfig');
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });
const service = () => admin.services.get('web', 'default');

/** Stands in for what is real: the memory and the page of a container, which an apply sets and people change beside us. */
const container = 'docker_container.this';
const declared = { memory: '64', index_html: '"one"' };
let live = { ...declared };
let applies = 0;
let end: Partial<FinishRequest> = {};

function onJob(job: Job, { inputs }: ClaimAnswer): FinishRequest {
  declared.index_html = JSON.stringify(inputs.variables['index_html']);
  if (job.spec.type === 'Apply' && end.phase === undefined) live = { ...declared };
  applies++;
  return { phase: 'Succeeded', stages: undefined, ...end };
}

function onCheck({ inputs }: CheckOrder): Partial<CheckResult> {
  const differ = (['memory', 'index_html'] as const).filter((field) => live[field] !== declared[field]);
  const fields = differ.map((field) => ({ resource: container, field, desired: declared[field], live: live[field], ...(field === 'index_html' && { parameter: field }), ...(inputs.ignoreFields.includes(`${container}.${field}`) && { ignored: true }) }));
  return { verdict: fields.every(({ ignored }) => ignored) ? 'Compliant' : 'Drifted', fields };
}

const verdictIs = (verdict: string, fields: string[]) =>
  waitFor(async () => {
    const { drift } = (await service()).status ?? {};
    return drift?.verdict === verdict && isDeepStrictEqual(drift.fields.map(({ field }) => field), fields);
  }, { what: `the drift controller to call it ${verdict}` });

await t.test('drift check asks the node now: 0 when as declared, 1 with the fields when not', async (t) => {
  await startStandInAgent(root, api, { name: 'n1', onJob, onCheck });
  t.match(await spawnctl(['apply', '-f', '-', '--wait'], { kubeconfig, input: web('web', '  parameters:\n    index_html: one\n') }), { code: 0 });
  t.match(await ctl('drift', 'check', 'web'), { code: 0, stdout: 'service.spawnit.dev/web Compliant\n', stderr: '' });
  live.memory = '32';
  t.match(await ctl('drift', 'check', 'svc/web'), { code: 1, stdout: 'service.spawnit.dev/web Drifted\n', stderr: `  ${container}.memory: 64 → 32\n` });
  t.match(await ctl('drift', 'check', 'nope'), { code: 3, stdout: '', stderr: /"nope" not found/ });
  t.match(await ctl('drift', 'check', 'node/n1'), { code: 2, stderr: /this is for services/ });
  t.match(await ctl('drift', 'check'), { code: 2, stderr: /missing required argument 'service'/ });
});

await t.test('drift revert --wait ends when it is as declared again', async (t) => {
  await verdictIs('Drifted', ['memory']);
  t.match(await ctl('drift', 'revert', 'web', '--wait', '--timeout=180s'), { code: 0, stdout: 'service.spawnit.dev/web revert asked for\nservice.spawnit.dev/web condition met\n', stderr: /docker_container\.this\.memory: 32 → 64/ });
  t.equal(live.memory, '64');
  t.match(await ctl('drift', 'check', 'web'), { code: 0 });
  t.match(await ctl('drift', 'revert', 'web', '--wait'), { code: 5, stdout: '', stderr: /is not drifted; force it/ });
});

await t.test('drift revert --force --wait and rollout restart --wait end after their own run, not with what held before', async (t) => {
  for (const args of [['drift', 'revert', 'web', '--force'], ['rollout', 'restart', 'web']]) {
    const before = applies;
    reconciler.kill('SIGSTOP');
    const waiting = startSpawnctl(t, [...args, '--wait', '--timeout=180s'], kubeconfig);
    // So it has looked, and what there is was not enough for it.
    await waiting.waitForLine(/^service\/web /);
    reconciler.kill('SIGCONT');
    t.match(await waiting.exited, { code: 0 }, args.join(' '));
    t.ok(waiting.lines.includes('service.spawnit.dev/web condition met'));
    t.equal(applies, before + 1);
  }
});

await t.test('a wait for an order that fails for good ends at once with the reason, and the next order is not held by it', async (t) => {
  end = { phase: 'Failed', error: { summary: 'manifest unknown', cause: 'ImagePull', hint: 'Name an image that exists.', retryable: false } };
  t.match(await ctl('rollout', 'restart', 'web', '--wait', '--timeout=180s'), { code: 1, stderr: /can't be made as ordered: ImagePull: .*manifest unknown/ });
  end = {};
  t.match(await ctl('drift', 'revert', 'web', '--force', '--wait', '--timeout=180s'), { code: 0, stdout: /condition met/ });
});

await t.test('drift accept declares the live value, and a revision says so', async (t) => {
  live.index_html = '"two"';
  await verdictIs('Drifted', ['index_html']);
  t.match(await ctl('drift', 'accept', 'web', 'index_html'), { code: 0, stdout: 'service.spawnit.dev/web drift accepted\n', stderr: /parameters\.index_html: "one" → "two"/ });
  t.equal((await service()).spec.parameters['index_html'], 'two');
  t.match(await ctl('wait', 'svc/web', '--for=condition=Ready', '--timeout=180s'), { code: 0 });
  await verdictIs('Compliant', []);
  t.match(await ctl('rollout', 'history', 'web'), { code: 0, stdout: /\* .*Drift accepted: index_html/ });
});

await t.test('drift ignore leaves the value and calls it no drift', async (t) => {
  live.memory = '32';
  await verdictIs('Drifted', ['memory']);
  t.match(await ctl('drift', 'ignore', 'web', '--all'), { code: 0, stdout: 'service.spawnit.dev/web drift ignored\n' });
  t.match((await service()).spec.drift.ignoreFields, [`${container}.memory`]);
  t.match(await ctl('wait', 'svc/web', '--for=condition=Ready', '--timeout=180s'), { code: 0 });
  live.memory = '32';
  await verdictIs('Compliant', ['memory']);
  t.match(await ctl('drift', 'list', 'web'), { code: 0, stdout: /^web +docker_container\.this +memory +64 +32 .* ignored$/m });
});
