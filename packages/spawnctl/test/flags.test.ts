import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { spawnctl, startSpawnctl } from './spawnctl.js';

const plane = await Plane.start(t);
const { kubeconfig } = plane;
const admin = plane.as('admin');
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });
const dir = tempDir(t);
mkdirSync(join(dir, 'below'));
writeFileSync(join(dir, 'a.yaml'), web('a'));
writeFileSync(join(dir, 'below', 'b.yaml'), web('b'));
const generationOf = async (name: string) => (await admin.services.get(name, 'default')).metadata.generation;

await t.test('create, diff and delete take folders, with what is below them when told', async (t) => {
  t.match(await ctl('create', '-f', dir, '--dry-run=server'), { code: 0, stdout: 'service.spawnit.dev/a created (server dry run)\n' });
  t.match(await ctl('diff', '-f', dir, '-R'), { code: 1, stdout: /\+ {2}name: a\n[^]*\+ {2}name: b\n/ });
  t.match(await ctl('create', '-f', dir), { code: 0, stdout: 'service.spawnit.dev/a created\n' });
  t.match(await ctl('create', '-R', '-f', join(dir, 'below'), '-o', 'jsonpath={.metadata.name}'), { code: 0, stdout: /^b\n?$/ });
  t.match(await ctl('create', '-f', dir), { code: 5, stderr: /a.*already exists/ });
  t.match(await ctl('diff', '-R', '-f', dir), { code: 0, stdout: '' });
  t.match(await ctl('create', '-f', dir, '--dry-run=sever'), { code: 2, stderr: /--dry-run.*sever/ });
});

await t.test('labels and annotations choose what is described, waited for and deleted', async (t) => {
  t.match(await ctl('label', 'svc', 'a', 'tier=front'), { code: 0 });
  t.match(await ctl('annotate', 'svc/a', 'owner=ann'), { code: 0, stdout: /annotated/ });
  t.match(await ctl('annotate', 'svc/a', 'owner=bob'), { code: 5, stderr: /owner=ann already: add --overwrite/ });
  t.match(await ctl('annotate', 'svc/a', 'owner=bob', '--overwrite'), { code: 0 });
  t.equal((await admin.services.get('a', 'default')).metadata.annotations?.['owner'], 'bob');
  const described = await ctl('describe', 'svc', '-l', 'tier=front');
  t.match(described, { code: 0, stdout: /^Name: +a$/m });
  t.notMatch(described.stdout, /^Name: +b$/m);
  t.match((await ctl('describe', 'services', '-A')).stdout, /^Name: +a$[^]*^Name: +b$/m);
  t.match(await ctl('wait', 'svc', '-l', 'tier=front', '--for=jsonpath={.spec.template}=web-server'), { code: 0, stdout: 'service.spawnit.dev/a condition met\n' });
  t.match(await ctl('wait', 'svc', '-l', 'tier=none', '--for=condition=Ready'), { code: 3, stderr: /nothing to wait for/ });
});

await t.test('a dry run of a patch or of an order writes nothing', async (t) => {
  const before = await generationOf('a');
  t.match(await ctl('patch', 'svc', 'a', '-p', '{"spec":{"suspend":true}}', '--dry-run=server', '-o', 'jsonpath={.spec.suspend}'), { code: 0, stdout: /^true\n?$/ });
  t.match(await ctl('patch', 'svc', 'a', '--type=json', '-p', '[{"op":"test","path":"/spec/suspend","value":true}]'), { code: /[15]/, stderr: /suspend/ } as never);
  t.equal(await generationOf('a'), before);
  t.match(await ctl('patch', 'svc', 'a', '--type=strategic', '-p', '{}'), { code: 2, stderr: /merge or json/ });
});

await t.test('events are listed of all namespaces, and followed as they happen', async (t) => {
  const following = startSpawnctl(t, ['events', '-w', '--for', 'svc/late'], kubeconfig);
  const event = (name: string, namespace: string) => ({ apiVersion: 'v1', kind: 'Event', metadata: { name: `${name}-1`, namespace }, involvedObject: { kind: 'Service', name, namespace }, reason: 'Tested', message: `of ${name}`, type: 'Normal', count: 1, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z', source: { component: 'scheduler' } });
  await admin.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } } as never);
  const say = plane.as('scheduler').events;
  await say.create(event('elsewhere', 'other') as never);
  await say.create(event('late', 'default') as never);
  await following.waitForLine(/Tested +service\/late +of late/);
  t.match(await ctl('events', '-A'), { code: 0, stdout: /^NAMESPACE +LAST SEEN[^]*^other .*Tested +service\/elsewhere/m });
  t.notMatch((await ctl('events')).stdout, /elsewhere/);
  t.notMatch(following.lines.join('\n'), /elsewhere/);
  following.kill('SIGINT');
  t.match(await following.exited, { code: 130 });
});

await t.test('headers can be left out, and unknown outputs are refused with those that there are', async (t) => {
  t.match((await ctl('api-resources', '--no-headers')).stdout, /^namespaces +ns /);
  for (const args of [['get', 'svc'], ['api-resources'], ['drift', 'list'], ['rollout', 'history', 'a'], ['auth', 'whoami'], ['version'], ['admin', 'history'], ['admin', 'keys'], ['admin', 'backup', 'list'], ['state', 'list', 'a'], ['doctor']])
    t.match(await ctl(...args, '-o', 'nonsense'), { code: 2, stdout: '', stderr: /^error: .*(-o|--output) must be .*nonsense/ }, args.join(' '));
  t.match(await ctl('rollout', 'history', 'a', '-o', 'name'), { code: 0 });
  t.match(await ctl('rollout', 'status', 'a', '--timeout=1s'), { code: 124, stderr: /waited 1 s for service\/a to be Ready=True/ });
  t.match(await ctl('plan', 'a', '--timeout=5s'), { code: 124, stderr: /no plan of "a" within 5 s: no job was made for it/ });
});

await t.test('login from a file, under a name of its own, with a certificate', async (t) => {
  const own = join(tempDir(t), 'config');
  const certificate = join(plane.dataDir, 'keys', 'tls.crt');
  const server = plane.url.replace('http:', 'https:');
  const login = (...more: string[]) => spawnctl(['auth', 'login', '-s', server, '--token-file', join(plane.dataDir, 'tokens', 'admin'), ...more], { kubeconfig: own });
  t.match(await login(), { code: 6, stderr: /certificate/ });
  t.match(await login('--ca', certificate, '--name', 'mine'), { code: 0, stdout: new RegExp(`^logged in to ${server}: context "mine"`) });
  t.match(readFileSync(own, 'utf8'), /certificate-authority-data/);
  t.match(await spawnctl(['get', 'ns', 'default', '-o', 'name'], { kubeconfig: own }), { code: 0, stdout: 'namespace/default\n' });
  t.match(await spawnctl(['auth', 'login', '-s', server, '--token-file', join(dir, 'none')], { kubeconfig: own }), { code: 2, stderr: /none.*no such file/i });
  t.match(await spawnctl(['auth', 'login', '-s', server, '--ca', join(dir, 'none')], { kubeconfig: own, input: 'x' }), { code: 2, stderr: /none.*no such file/i });
});

await t.test('a token that is bound to namespaces is made, and may do what can-i says', async (t) => {
  const made = await ctl('admin', 'create-token', 'ann', '--namespaces', 'other', '--days', '1');
  t.match(made, { code: 0, stdout: /^spawnit\.v1\.\S+\n$/, stderr: /ann may do all in other/ });
  const ann = (...args: string[]) => spawnctl([...args, '--token', made.stdout.trim()], { kubeconfig });
  t.match(await ann('auth', 'can-i', 'create', 'svc', '-n', 'other'), { code: 0, stdout: 'yes\n' });
  t.match(await ann('auth', 'can-i', 'create', 'svc', '-n', 'default'), { code: 1, stdout: /^no - .*bound to other/ });
  t.match(await ann('auth', 'can-i', 'create', 'svc', '-A'), { code: 1 });
  t.match(await ctl('auth', 'can-i', 'update', 'nodes', '--subresource=status'), { code: 1, stdout: /^no/ });
  t.match(await ann('get', 'svc'), { code: 4, stderr: /bound to namespace other/ });
  t.match(await ctl('admin', 'create-token', 'ann'), { code: 2, stderr: /--namespaces/ });
});

await t.test('upgrade-store says that there is nothing to raise', async (t) => {
  t.match(await ctl('admin', 'upgrade-store'), { code: 0, stdout: /^the store is written in format \d+ already\n$/ });
});

await t.test('delete -R takes what the files of a folder declare', async (t) => {
  t.match(await ctl('delete', '-R', '-f', dir, '--wait=false'), { code: 0, stdout: /service\/b [^]*service\/a /, stderr: '' });
});
