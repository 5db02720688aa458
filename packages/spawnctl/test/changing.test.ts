import { waitFor } from '@spawnit/testkit';
import t from 'tap';
import { golden } from './golden.js';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { spawnctl } from './spawnctl.js';
import { obliging, StandInAgent } from './stand-in-agent.js';

const root = t;
const plane = await Plane.start(root);
const { kubeconfig } = plane;
const admin = plane.as('admin');
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });
const apply = (input: string, ...args: string[]) => spawnctl(['apply', '-f', '-', ...args], { kubeconfig, input });

await t.test('before anything has drifted, drift and rollout say so', async (t) => {
  plane.startController('reconciler');
  plane.startController('scheduler');
  await StandInAgent.join(root, plane, 'star-1', obliging);
  await apply(web('web', '  parameters: {index_html: one}\n'), '--wait');
  t.match(await ctl('drift', 'list'), { code: 0, stdout: '', stderr: 'Nothing has drifted in namespace "default".\n' });
  t.match(await ctl('drift', 'list', 'web'), { code: 0, stdout: '', stderr: 'service "web" was not checked yet\n' });
  t.match(await ctl('drift', 'accept', 'web', 'port'), { code: 5, stderr: /has no drifted field/ });
  t.match(await ctl('drift', 'revert', 'web'), { code: 5, stderr: /is not drifted/ });
  t.match(await ctl('drift', 'list', 'nope'), { code: 3 });
});

await t.test('drift list shows the fields, and names choose among them', async (t) => {
  await drifted('web');
  golden(t, 'drift-list', (await ctl('drift', 'list')).stdout);
  t.match(await ctl('drift', 'list', '-A', '-o', 'name'), { code: 0, stdout: 'service.spawnit.dev/web\n' });
  t.match(JSON.parse((await ctl('drift', 'list', 'web', '-o', 'json')).stdout), [{ service: 'web', verdict: 'Drifted' }]);
  t.match(await ctl('drift', 'accept', 'web'), { code: 2, stderr: /say which fields, or --all: docker_container\.this\.restart, docker_container\.this\.memory/ });
  t.match(await ctl('drift', 'accept', 'web', 'memry'), { code: 3, stderr: /did you mean "memory"/ });
  t.match(await ctl('drift', 'accept', 'web', 'memory'), { code: 1, stdout: '', stderr: /ignore it, or revert it/ });
});

await t.test('drift accept, ignore and revert show first, then do', async (t) => {
  const told = await ctl('drift', 'accept', 'web', 'restart', '--dry-run=server');
  t.match(told, { code: 0, stdout: 'service.spawnit.dev/web drift accepted (server dry run)\n', stderr: /parameters\.index_html: "one" → "two"/ });
  t.match((await admin.services.get('web', 'default')).spec.parameters, { index_html: 'one' }, 'nothing was done');
  t.match(await ctl('drift', 'ignore', 'web', 'docker_container.this.memory'), { code: 0, stdout: 'service.spawnit.dev/web drift ignored\n' });
  t.strictSame((await admin.services.get('web', 'default')).spec.drift.ignoreFields, ['docker_container.this.memory']);
  await ready('web');
  await drifted('web');
  t.match(await ctl('drift', 'accept', 'web', '--all', '--dry-run=server'), { code: 1 }, 'one of them has no parameter');
  t.match(await ctl('drift', 'accept', 'web', 'restart'), { code: 0, stdout: 'service.spawnit.dev/web drift accepted\n' });
  t.match((await admin.services.get('web', 'default')).spec.parameters, { index_html: 'two' });
  await ready('web');
  await drifted('web');
  t.match(await ctl('drift', 'revert', 'svc/web'), { code: 0, stdout: 'service.spawnit.dev/web revert asked for\n', stderr: /docker_container\.this\.restart: "two" → "one"/ });
  t.match(await ctl('drift', 'revert', 'node/x'), { code: 2 });
});

await t.test('rollout tells revisions, goes back, restarts, pauses and resumes', async (t) => {
  await ready('web');
  t.match(await ctl('rollout', 'status', 'web'), { code: 0, stdout: 'service.spawnit.dev/web condition met\n' });
  t.match(await ctl('rollout', 'status', 'web', '--no-wait'), { code: 0, stdout: /Ready: generation 3 is applied/ });
  const history = await ctl('rollout', 'history', 'web');
  t.match(history, { code: 0, stdout: /^GENERATION +CURRENT +AGE +BY +REVISION +CHANGE-CAUSE\n1 [^]*\n3 +\* .*Drift accepted/ });
  t.match(await ctl('rollout', 'history', 'web', '--revision', '1'), { code: 0, stdout: /index_html: one/ });
  t.match(await ctl('rollout', 'history', 'web', '--revision', '9'), { code: 3, stderr: /generations: 1, 2, 3/ });
  t.match(await ctl('rollout', 'undo', 'web', '--to-revision=1', '--dry-run=server'), { code: 0, stdout: 'service.spawnit.dev/web rolled back (server dry run)\n', stderr: /index_html: "two" → "one"/ });
  t.match(await ctl('rollout', 'undo', 'web', '--wait', '--timeout=180s'), { code: 0, stdout: /rolled back\nservice\.spawnit\.dev\/web condition met\n/ });
  t.match((await admin.services.get('web', 'default')).spec.parameters, { index_html: 'one' });
  t.match(await ctl('rollout', 'restart', 'web'), { code: 0, stdout: 'service.spawnit.dev/web restart asked for\n', stderr: /volumes and networks stay/ });
  const restarted = async () => (await admin.jobs.list({ namespace: 'default', fieldSelector: 'spec.service=web' })).items.some(({ spec }) => spec.trigger === 'Restart');
  await waitFor(restarted, { what: 'a job that restarts' });
  t.match(await ctl('rollout', 'retry', 'web'), { code: 5, stderr: /nothing of it has failed|is under way/ });
  t.match(await ctl('rollout', 'pause', 'web'), { code: 0, stdout: 'service.spawnit.dev/web paused\n' });
  t.match(await ctl('rollout', 'pause', 'web'), { code: 0, stdout: 'service.spawnit.dev/web already paused\n' });
  t.match(await ctl('rollout', 'restart', 'web'), { code: 5, stderr: /suspended/ });
  t.match(await ctl('rollout', 'resume', 'web'), { code: 0, stdout: 'service.spawnit.dev/web resumed\n' });
});

await t.test('a plan that waits can be rejected, with a reason', async (t) => {
  await apply(web('careful', '  approval: Manual\n'));
  await waitFor(async () => (await admin.services.get('careful', 'default')).status?.approval, { what: 'a plan to wait for approval' });
  t.match(await ctl('reject', 'careful'), { code: 2, stderr: /--reason/ });
  t.match(await ctl('reject', 'careful', '--reason', 'not today'), { code: 0, stdout: /^plan d+ of service\/careful rejected\n$/, stderr: /docker_container\.this/ });
  t.match((await admin.services.get('careful', 'default')).status?.approval, { rejected: 'not today', approved: false });
  t.match(await ctl('reject', 'web', '--reason', 'x'), { code: 5, stderr: /no plan of "web" waits/ });
});

await t.test('who one is, and what one may do', async (t) => {
  t.match(await ctl('auth', 'whoami'), { code: 0, stdout: /^ATTRIBUTE +VALUE\nUsername +user:admin\nGroups +system:authenticated/ });
  t.match(JSON.parse((await ctl('auth', 'whoami', '-o', 'json')).stdout), { status: { userInfo: { username: 'user:admin' } } });
  t.match(await ctl('auth', 'can-i', 'delete', 'svc'), { code: 0, stdout: 'yes\n' });
  const scheduler = { kubeconfig, env: { SPAWNIT_SERVER: plane.url, SPAWNIT_TOKEN: plane.token('scheduler') } };
  t.match(await spawnctl(['auth', 'can-i', 'delete', 'namespaces'], scheduler), { code: 1, stdout: /^no/, stderr: '' });
  t.match(await spawnctl(['auth', 'can-i', 'delete', 'namespaces', '-q'], scheduler), { code: 1, stdout: '', stderr: '' });
  t.match(await ctl('auth', 'can-i', 'delete'), { code: 2, stderr: /say what/ });
  t.match(await ctl('auth', 'can-i', 'get', 'srvices'), { code: 2, stderr: /did you mean "services"/ });
});

await t.test("apply --server-side names whose a field is, and takes it over by force only", async (t) => {
  const staging = web('shared', '  environment: staging\n');
  t.match(await apply(staging, '--server-side', '--field-manager=ci'), { code: 0, stdout: 'service.spawnit.dev/shared serverside-applied\n' });
  const clash = await apply(web('shared', '  environment: production\n'), '--server-side');
  t.match(clash, { code: 5, stdout: '', stderr: /environment/ });
  t.match(clash.stderr, /ci/, 'it names the other');
  t.match(await apply(web('shared', '  environment: production\n'), '--server-side', '--force-conflicts'), { code: 0 });
  t.equal((await admin.services.get('shared', 'default')).spec.environment, 'production');
  t.match(await apply(staging, '--force-conflicts'), { code: 2, stderr: /--server-side/ });
});

function ready(name: string): Promise<unknown> {
  return waitFor(async () => {
    const { metadata, status } = await admin.services.get(name, 'default');
    return status?.applied?.generation === metadata.generation && status?.activeJob === undefined;
  }, { what: `${name} to be applied` });
}

/** As the drift controller would tell it. */
async function drifted(name: string): Promise<void> {
  const { metadata, status } = await admin.services.get(name, 'default');
  const container = 'docker_container.this';
  const since = new Date().toISOString();
  const fields = [
    { resource: container, field: 'restart', desired: '"one"', live: '"two"', parameter: 'index_html', since },
    { resource: container, field: 'memory', desired: '64', live: '32', since },
  ];
  const drift = { verdict: 'Drifted' as const, fields, since, epoch: status!.epoch!, generation: metadata.generation! };
  await plane.as('drift-controller').services.patch(name, 'default', { status: { drift } }, { subresource: 'status' });
}
