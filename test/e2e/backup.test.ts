import { Client, condition, type Service } from '@spawnit/contract';
import { helloImage, Star } from '@spawnit/local';
import { docker, freePort, startMinio, tempDir, waitFor, type Minio } from '@spawnit/testkit';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { spawnctlOf } from './ctl.js';
import { bucketOf, openScene, type Scene } from './scene.js';

const password = 'canary-Pa55word-7';

function backupsIn({ endpoint, region, accessKey, secretKey }: Minio): Record<string, string> {
  return {
    SPAWNIT_BACKUP_STORE: 's3',
    SPAWNIT_BACKUP_S3_ENDPOINT: endpoint,
    SPAWNIT_BACKUP_S3_BUCKET: 'backups',
    SPAWNIT_BACKUP_S3_REGION: region,
    SPAWNIT_BACKUP_ACCESS_KEY_ID: accessKey,
    SPAWNIT_BACKUP_SECRET_ACCESS_KEY: secretKey,
  };
}

/** A database with a secret, a blog that takes it from there, and a web server. */
async function provision(scene: Scene, port: number): Promise<void> {
  const make = (name: string, spec: object) => scene.client.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: scene.namespace }, spec } as Service);
  const from = (parameter: string, output: string) => ({ parameter, service: 'db', output });
  await make('db', { template: 'mariadb', parameters: { password, image: helloImage } });
  await make('blog', { template: 'wordpress', parameters: { image: helloImage }, parametersFrom: [from('database_host', 'internal_host'), from('database_password', 'password'), from('database_user', 'user'), from('database_name', 'database')] });
  await scene.post('web', port);
  for (const name of ['db', 'blog', 'web']) await scene.phase(name, 'Ready');
}

const names = ['db', 'blog', 'web'];

async function containersOf(scene: Pick<Scene, 'containers'>): Promise<Record<string, string[]>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await scene.containers(name)] as const)));
}

async function killAll(star: Star): Promise<void> {
  for (const name of star.names) await star.process(name).killNow();
}

/** All that the control plane has on its machine goes, but for the root key and what `kept` names. */
function loseMachine(dataDir: string, kept: string[]): void {
  const saved = join(dataDir, 'saved');
  mkdirSync(join(saved, 'keys'), { recursive: true });
  renameSync(join(dataDir, 'apiserver', 'keys', 'root.key'), join(saved, 'keys', 'root.key'));
  rmSync(join(dataDir, 'apiserver'), { recursive: true });
  mkdirSync(join(dataDir, 'apiserver'));
  renameSync(join(saved, 'keys'), join(dataDir, 'apiserver', 'keys'));
  for (const agent of readdirSync(join(dataDir, 'agents'))) if (!kept.includes(agent)) rmSync(join(dataDir, 'agents', agent), { recursive: true });
}

t.test('bucket and machine are lost; from a backup and the root key all services come back, and their containers are recognised', { timeout: 600_000 }, async (t) => {
  const bucket = tempDir(t);
  const [minio, backups] = [await startMinio({ t, dir: bucket }), await startMinio({ t })];
  const settings = backupsIn(backups);
  const scene = await openScene(t, { store: bucketOf(minio), apiserverEnv: settings });
  const port = await freePort();
  await provision(scene, port);
  const ctl = spawnctlOf(scene);
  t.match(await ctl('admin', 'backup', '--wait'), { code: 0, stdout: /^Backup 1 holds everything up to sequence \d+\.$/m });
  t.match(await ctl('admin', 'backup', 'list'), { code: 0, stdout: /^BACKUP +SEQUENCE[^]*\n1 +\d+ / });
  await scene.post('late', await freePort());
  await scene.phase('late', 'Ready');
  const [before, late] = [await containersOf(scene), await scene.containers('late')];
  const epochs = Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await scene.service(name)).status!.epoch!] as const)));

  await killAll(scene.star);
  await minio.kill('SIGKILL');
  for (const entry of readdirSync(bucket)) rmSync(join(bucket, entry), { recursive: true });
  await minio.restart();
  loseMachine(scene.star.options.dataDir, ['agent-1']);

  const star = new Star({ ...scene.star.options, apiserverEnv: { ...settings, SPAWNIT_RESTORE_FROM_BACKUP: 'latest' } });
  t.teardown(() => star.stop());
  await star.start();
  const client = new Client({ server: star.server, token: star.adminToken });
  t.teardown(() => client.close());
  const service = (name: string) => client.services.get(name, scene.namespace);
  const checked = async (name: string) => {
    const { status } = await service(name);
    return status?.phase === 'Ready' && status.drift?.epoch === status.epoch && status.drift?.verdict === 'Compliant' && condition({ status }, 'Ready')?.status === 'True';
  };
  for (const name of names) await waitFor(() => checked(name), { what: `${name} to be Ready and found as declared`, everyMs: 200 });
  await scene.answers(port);
  t.same(await containersOf(scene), before, 'they are the containers that ran before');
  for (const name of names) t.ok((await service(name)).status!.epoch! > epochs[name]! + 999_999, `the epoch of ${name} is out of reach of what was given out before`);
  await t.rejects(service('late'), { code: 'NotFound' }, 'what was made after the backup is not known');

  for (const name of ['db', 'blog']) await client.services.patch(name, scene.namespace, { spec: { drift: { intervalSeconds: 11 } } });
  await client.services.patch('web', scene.namespace, { spec: { parameters: { index_html: '<h1>after</h1>' } } });
  const applied = async (name: string) => {
    const { metadata, status } = await service(name);
    return status?.phase === 'Ready' && status.applied?.generation === metadata.generation && metadata.generation! > 1;
  };
  for (const name of names) await waitFor(() => applied(name), { what: `${name} to be applied anew`, everyMs: 200 });
  const after = await containersOf(scene);
  t.same([after['db'], after['blog']], [before['db'], before['blog']], 'an apply opens their secrets and finds nothing to change');
  await waitFor(async () => (await (await fetch(`http://127.0.0.1:${port}/`)).text()).includes('after'), { what: 'the new page' });
  t.same(after['web']!.length, 1);

  t.same(await scene.containers('late'), late, 'what no record knows runs on');
  const now = spawnctlOf({ star, namespace: scene.namespace });
  t.match(await now('admin', 'sweep-unknown'), { code: 0, stdout: /agents remove now/ });
  await waitFor(async () => (await scene.containers('late')).length === 0, { what: 'it to be removed when that is allowed' });
  t.match(await now('admin', 'backup', '--wait'), { code: 0, stdout: /^Backup 2 / });
});

t.test('after everything was deleted by mistake a restore brings it back, and after a bad change what was before', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const port = await freePort();
  await provision(scene, port);
  const ctl = spawnctlOf(scene);
  const then = (await ctl('admin', 'history', '--last', '1', '-o', 'name')).stdout.trim();
  const before = await containersOf(scene);

  await scene.client.services.patch('web', scene.namespace, { spec: { parameters: { index_html: '<h1>broken</h1>' } } });
  const page = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  await waitFor(async () => (await page()).includes('broken'), { what: 'the bad page' });
  t.match(await ctl('admin', 'restore', '--to', then, '--dry-run'), { stdout: /CHANGE +service\/web .*spec\.parameters/ });
  t.match(await ctl('admin', 'restore', '--to', then, '--yes'), { code: 0, stdout: /1 changed back/ });
  await waitFor(async () => (await page()).includes('<h1>web</h1>'), { what: 'the page as it was' });
  await scene.phase('web', 'Ready');
  const middle = await containersOf(scene);
  t.same([middle['db'], middle['blog']], [before['db'], before['blog']], 'what was not changed was not touched');

  t.match(await ctl('delete', 'services', '--all', '--wait', '--timeout', '180s'), { code: 0 });
  t.same(await docker(['ps', '--all', '--quiet', '--filter', `label=spawnit.dev/namespace=${scene.namespace}`]), '', 'everything is gone');
  t.match(await ctl('-n', scene.namespace, 'admin', 'restore', '--to', then, '--yes'), { code: 0, stdout: /3 returned/ });
  for (const name of names) await scene.phase(name, 'Ready');
  await scene.answers(port);
  const env = JSON.parse(await docker(['inspect', '--format', '{{json .Config.Env}}', (await scene.containers('blog'))[0]!])) as string[];
  t.ok(env.some((line) => line.endsWith(`=${password}`)), 'the secret came back with the database');
  for (const name of names) t.equal((await scene.containers(name)).length, 1, `${name} has one container`);
});

