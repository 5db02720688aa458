import { condition, type FinishRequest } from '@spawnit/contract';
import { tempDir, waitFor } from '@spawnit/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { spawnctl, startSpawnctl } from './spawnctl.js';
import { obliging, StandInAgent, type Work } from './stand-in-agent.js';

const root = t;
const plane = await Plane.start(root);
const { kubeconfig } = plane;
const admin = plane.as('admin');
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });
const apply = (input: string, ...args: string[]) => spawnctl(['apply', '-f', '-', ...args], { kubeconfig, input });

/** By service: how its jobs go, where they do not simply go well. */
const works = new Map<string, Work>();
const work: Work = (job, log, inputs) => (works.get(job.spec.service) ?? obliging)(job, log, inputs);
const failed: FinishRequest = { phase: 'Failed', error: { summary: 'manifest unknown', cause: 'ImagePull', hint: 'Name an image that exists.', retryable: false } };

await t.test('apply --wait tells how far it is on stderr, and ends when it is ready', async (t) => {
  plane.startController('reconciler');
  plane.startController('scheduler');
  await StandInAgent.join(root, plane, 'star-1', work);
  // Its work ends when a line of the way there was told.
  let told!: () => void;
  const until = new Promise<void>((resolve) => (told = resolve));
  works.set('web', (...job) => until.then(() => obliging(...job)));
  const file = join(tempDir(root), 'web.yaml');
  writeFileSync(file, web('web'));
  const waiting = startSpawnctl(root, ['apply', '-f', file, '--wait'], kubeconfig);
  await waiting.waitForLine(/^service\/web (Pending|Provisioning)/);
  works.delete('web');
  told();
  t.match(await waiting.exited, { code: 0 });
  t.same(waiting.lines.filter((line) => /^service\.spawnit/.test(line)), ['service.spawnit.dev/web created', 'service.spawnit.dev/web condition met']);
  t.match(await ctl('wait', 'svc/web', '--for=condition=Ready'), { code: 0, stdout: 'service.spawnit.dev/web condition met\n' });
  t.match(await ctl('wait', 'svc', '--all', '--for', 'condition=ready', '--timeout=180s'), { code: 0 });
  t.match(await ctl('describe', 'svc', 'web'), { code: 0, stdout: /^Applied: +generation 1 by job\/web-apply-1-[^]*^Last job: web-apply-1-.*Succeeded on star-1/m });
});

await t.test('a wait ends at once when what is waited for can no longer come', async (t) => {
  works.set('broken', async () => failed);
  const result = await apply(web('broken'), '--wait', '--timeout=180s');
  t.match(result, { code: 1, stdout: 'service.spawnit.dev/broken created\n', stderr: /can't become ready: ImagePull: .*manifest unknown/ });
  const { stdout } = await ctl('describe', 'svc', 'broken');
  t.match(stdout, /Error: ImagePull: manifest unknown\n +Hint: Name an image that exists\./);
  t.match(await ctl('logs', 'broken', '-f'), { code: 0, stderr: /Failed: ImagePull: manifest unknown\n +hint: / });
});

await t.test('a wait for what is not there, or does not come in time, says how it is', async (t) => {
  t.match(await ctl('wait', 'svc/nope', '--for=condition=Ready'), { code: 3, stderr: 'error: there is no service/nope in namespace "default"\n' });
  t.match(await ctl('wait', 'svc/nope', '--for=delete'), { code: 0, stdout: 'service/nope deleted\n' });
  t.match(await ctl('wait', 'svc/web', '--for=delete', '--timeout=5s'), { code: 124, stderr: /waited 5 s for service\/web to be gone; it is Ready/ });
  t.match(await ctl('wait', 'svc/web', '--for=ready'), { code: 2, stderr: /condition=TYPE/ });
  t.match(await ctl('wait', 'svc', '--for=delete'), { code: 2, stderr: /say which service/ });
});

await t.test('plan shows what would change and changes nothing', async (t) => {
  const before = (await admin.services.get('web', 'default')).status?.applied;
  const result = await ctl('plan', 'web');
  t.match(result, { code: 0, stdout: /^\+ create +docker_container\.this\n +image: \(none\) → "nginx"\nPlan: 1 to add, 0 to change, 0 to destroy\.\n$/ });
  t.strictSame((await admin.services.get('web', 'default')).status?.applied, before);
  t.match(await ctl('plan', 'svc/nope'), { code: 3 });
  works.set('web', async () => failed);
  t.match(await ctl('plan', 'web'), { code: 1, stderr: /ImagePull: manifest unknown\n +hint: Name an image/ });
  works.delete('web');
  t.match(await ctl('plan', 'node/star-1'), { code: 2, stderr: /this is for services/ });
});

await t.test('approve lets the plan that waits be applied, once', async (t) => {
  t.match(await ctl('approve', 'web'), { code: 5, stderr: /its spec\.approval is Auto/ });
  await apply(web('careful', '  approval: Manual\n'));
  await waitFor(async () => (await admin.services.get('careful', 'default')).status?.approval, { what: 'a plan to wait for approval' });
  t.match((await ctl('describe', 'svc', 'careful')).stdout, /^Approval: plan d+ of job\/careful-plan-.* waits for `spawnctl approve careful`$/m);
  t.match(await ctl('approve', 'careful'), { code: 0, stdout: 'plan dddddddddddd of service/careful approved\n', stderr: /docker_container\.this/ });
  t.match(await ctl('wait', 'svc/careful', '--for=condition=Ready', '--timeout=180s'), { code: 0 });
  t.match(await ctl('approve', 'careful'), { code: 5, stderr: /no plan of "careful" waits/ });
});

await t.test('logs -f goes on at the next byte after the server was killed, and ends with the job', async (t) => {
  const steps: (() => void)[] = [];
  const step = () => new Promise<void>((resolve) => steps.push(resolve));
  works.set('chatty', async (_job, log) => {
    for (const line of ['first', 'second', 'third']) {
      await log(`${line} line\n`);
      await step();
    }
    return { phase: 'Succeeded', outputs: {} };
  });
  await apply(web('chatty'));
  await waitFor(() => steps.length === 1, { what: 'the job to be under way' });
  const follower = startSpawnctl(t, ['logs', '-f', 'chatty'], kubeconfig);
  await follower.waitForLine(/^first line$/);
  steps[0]!();
  await follower.waitForLine(/^second line$/);
  await plane.stopServer('SIGKILL');
  await follower.waitForLine(/connection lost/);
  await plane.startServer();
  steps[1]!();
  await follower.waitForLine(/^third line$/);
  await waitFor(() => steps.length === 3, { what: 'the last step' });
  t.match(await ctl('logs', 'chatty', '--tail=1'), { code: 0, stdout: 'third line\n' });
  t.equal((await ctl('logs', 'chatty', '--tail=-1')).stdout, (await ctl('logs', 'chatty')).stdout, 'as in kubectl');
  steps[2]!();
  t.match(await follower.exited, { code: 0 });
  t.strictSame(follower.lines.filter((line) => line.endsWith(' line')), ['first line', 'second line', 'third line']);
  t.match(await ctl('logs', 'chatty', '--since=1h', '--tail=1'), { code: 0, stdout: 'third line\n' });
  t.match(await ctl('logs', 'chatty', '--since=0s'), { code: 0, stdout: '', stderr: /no job of service "chatty" was under way/ });
  t.match(await ctl('logs', 'chatty', '--since=1h', '--previous'), { code: 2 });
  t.match(await ctl('logs', 'svc/nope'), { code: 3 });
  t.match(await ctl('logs', 'node/star-1'), { code: 2 });
});

await t.test('cancel asks the job under way to end', async (t) => {
  t.match(await ctl('cancel', 'web'), { code: 5, stderr: /has no job under way/ });
  works.set('slow', async (job) => {
    await waitFor(async () => (await admin.jobs.get(job.metadata.name, 'default')).spec.cancel, { what: 'the cancel' });
    return { phase: 'Cancelled' };
  });
  await apply(web('slow'));
  await waitFor(async () => (await admin.services.get('slow', 'default')).status?.activeJob, { what: 'a job' });
  const result = await ctl('cancel', 'slow');
  t.match(result, { code: 0, stdout: /^job\/slow-apply-1-\w+ asked to end/ });
  t.match(await ctl('wait', 'svc/slow', '--for=condition=Stalled', '--timeout=180s'), { code: 0 });
  t.match(await ctl('cancel', result.stdout.split(' ')[0]!), { code: 5, stderr: /has ended already: Cancelled/ });
});

await t.test('cancel of a service that waits for its next attempt stops the attempts', async (t) => {
  works.set('again', async () => ({ ...failed, error: { ...failed.error!, retryable: true } }));
  await apply(web('again'));
  await waitFor(async () => condition(await admin.services.get('again', 'default'), 'Progressing')?.reason === 'BackingOff', { what: 'the wait for the next attempt' });
  // Its next attempt may have begun by then.
  t.match(await ctl('cancel', 'again'), { code: 0, stdout: /^service\/again: it is not tried again until the service is changed|asked to end/ });
  t.match(await ctl('wait', 'svc/again', '--for=condition=Stalled', '--timeout=180s'), { code: 0 });
  t.match(await ctl('cancel', 'again'), { code: 5, stderr: /no job (of it is )?under way/ });
  t.match(condition(await admin.services.get('again', 'default'), 'Stalled'), { reason: 'Cancelled' });
  t.match(await ctl('rollout', 'retry', 'again', '--dry-run=server'), { code: 0, stdout: 'service.spawnit.dev/again retry asked for (server dry run)\n', stderr: /the next attempt begins now/ });
  works.delete('again');
  t.match(await ctl('rollout', 'retry', 'again', '--wait', '--timeout=180s'), { code: 0, stdout: /retry asked for\nservice\.spawnit\.dev\/again condition met\n/ });
});

await t.test('a node is cordoned, opened again, and drained until it is empty', async (t) => {
  works.clear();
  t.match(await ctl('cordon', 'star-1'), { code: 0, stdout: 'node/star-1 cordoned\n' });
  t.match(await ctl('cordon', 'node/star-1'), { code: 0, stdout: 'node/star-1 already cordoned\n' });
  t.match((await admin.nodes.get('star-1')).spec, { unschedulable: true });
  t.match(await ctl('uncordon', 'star-1'), { code: 0, stdout: 'node/star-1 uncordoned\n' });
  t.match(await ctl('cordon', 'nope'), { code: 3 });
  await StandInAgent.join(root, plane, 'star-2', work);
  t.match(await ctl('drain', 'star-1', '--timeout=5s'), { code: 124, stderr: /waited 5 s for node\/star-1 to be empty; .* left: .*default\/broken/ });
  t.match(await ctl('delete', 'svc/broken', 'svc/slow', 'svc/again', '--wait=false'), { code: 0, stdout: 'service/broken marked for deletion\nservice/slow marked for deletion\nservice/again marked for deletion\n' });
  t.match(await ctl('drain', 'star-1', '--timeout=180s'), { code: 0, stdout: 'node/star-1 drained\n', stderr: /^node\/star-1 cordoned/ });
  t.equal((await admin.services.get('web', 'default')).status?.node, 'star-2');
  t.match(await ctl('describe', 'node', 'star-1'), { code: 0, stdout: /^Work: +is being drained$/m });
  t.match(await ctl('uncordon', 'star-1'), { code: 0, stdout: 'node/star-1 uncordoned\n' });
});

await t.test('delete waits until all is destroyed, unless told not to', async (t) => {
  t.match(await ctl('delete', 'svc', 'web', 'careful'), { code: 0, stdout: /service\/(web|careful) deleted\n.*deleted\n$/s, stderr: /^service\/web is being deleted\n/ });
  t.match(await ctl('get', 'svc', 'web'), { code: 3 });
  t.match(await ctl('delete', 'svc', 'web'), { code: 3, stderr: /"web" not found/ });
  t.match(await ctl('delete', 'svc', 'web', '--ignore-not-found'), { code: 0, stdout: '', stderr: '' });
  t.match(await ctl('delete', 'svc/nope', 'svc/chatty', '--wait=false'), { code: 3, stdout: 'service/chatty marked for deletion\n', stderr: /service\/nope: error: .*not found[^]*1 of 2 not deleted/ });
  await apply(`${web('a')}---\n${web('b')}`);
  t.match(await spawnctl(['delete', '-f', '-'], { kubeconfig, input: `${web('a')}---\n${web('b')}` }), { code: 0, stdout: /service\/[ab] deleted\n/, stderr: /^service\/b is being deleted\nservice\/a is/ });
  t.match(await ctl('delete', 'svc'), { code: 2, stderr: /names, -l SELECTOR, or --all/ });
  t.match(await ctl('delete', 'svc', '-l', 'tier=none'), { code: 0, stderr: 'nothing to delete\n' });
});

await t.test('a destroy that failed for good ends the wait with its reason', async (t) => {
  await apply(web('stuck'), '--wait');
  works.set('stuck', async () => failed);
  t.match(await ctl('delete', 'svc', 'stuck', '--timeout=180s'), { code: 1, stderr: /service\.spawnit\.dev\/stuck can't be destroyed: ImagePull: / });
});
