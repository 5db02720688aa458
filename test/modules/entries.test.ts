import { helloImage } from '@spawnit/local';
import { docker, freePort, tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { deployment, place, remains, type Parameters } from './deployment.js';

t.setTimeout(600_000);

const shellIn = (container: string, line: string) => docker(['exec', container, '/bin/busybox', 'sh', '-c', line]);

t.test('a web server serves its pages, and new ones after a change', async (t) => {
  const where = await place(t);
  const service = await deployment(t, 'docker/web-server', where);
  const port = await freePort();
  const site = { image: helloImage, document_root: '/www', container_port: 8080, port, index_html: '<p>first</p>', files: { 'deep/page.html': 'page' } };
  const { url } = await service.apply(site);
  const read = (path: string) => waitFor(async () => (await fetch(`${url}${path}`)).text(), { what: `${path} to answer` });
  t.equal(await read('/'), '<p>first</p>');
  t.equal(await read('/deep/page.html'), 'page');
  t.equal(await service.changes(site), '');

  const next = { ...site, index_html: '<p>second</p>' };
  t.not(await service.changes(next), '', 'a changed page is seen');
  await service.apply(next);
  t.equal(await read('/'), '<p>second</p>');

  const moved = { ...next, port: await freePort() };
  const { url: elsewhere } = await service.apply(moved);
  t.equal(await waitFor(async () => (await fetch(String(elsewhere))).text(), { what: 'the new port to answer' }), '<p>second</p>');
  await t.rejects(fetch(String(url)));
  await service.destroy(moved);
  t.strictSame(await remains(where.namespace), []);
});

t.test('a volume is shared by containers and outlives them', async (t) => {
  const where = await place(t);
  const volume = await deployment(t, 'docker/volume', where, 'files');
  t.match(await volume.apply({}), { name: 'files', volume_name: `${where.namespace}.files` });
  t.equal(await volume.changes({}), '');
  const mounted = { image: helloImage, volumes: [{ shared: 'files', container_path: '/data' }] };
  const [writer, reader] = [await deployment(t, 'docker/instance', where, 'writer'), await deployment(t, 'docker/instance', where, 'reader')];
  await writer.apply(mounted);
  await shellIn(`${where.namespace}.writer`, 'echo there > /data/file');
  await writer.destroy(mounted);
  await reader.apply(mounted);
  t.equal(await shellIn(`${where.namespace}.reader`, 'cat /data/file'), 'there');
  t.equal(await reader.changes(mounted), '');
  await reader.destroy(mounted);
  await volume.destroy({});
  t.strictSame(await remains(where.namespace), []);
});

/** The images themselves can't be pulled everywhere: hello stands in for them, which is enough to see whether a plan stays empty. */
const standIns: Record<string, { least: Parameters; most: Parameters }> = {
  'docker/postgresql': {
    least: { password: 'long enough' },
    most: { password: 'p@ss/word:1', user: 'me', database: 'mine', env: { TZ: 'UTC' }, limits: { memory_mb: 64 } },
  },
  'docker/mariadb': {
    least: { password: 'long enough' },
    most: { password: 'p@ss/word:1', user: 'me', database: 'mine', env: { TZ: 'UTC' }, limits: { cpus: 0.5 } },
  },
  'docker/wordpress': {
    least: { database_host: 'db', database_password: 'long enough' },
    most: {
      database_host: 'db', database_port: 3307, database_name: 'wp', database_user: 'wp', database_password: 'p@ss',
      table_prefix: 'x_', upload_max_mb: 128, debug: true, env: { TZ: 'UTC' }, limits: { memory_mb: 64, cpus: 0.5 },
    },
  },
  'docker/game-server': {
    least: { eula: true, memory_mb: 512 },
    most: {
      eula: true, memory_mb: 600, cpus: 0.5, motd: 'Hi "there"', kind: 'PAPER', game_version: '1.21.4', mode: 'creative', difficulty: 'hard',
      max_players: 5, seed: '42', operators: ['ann', 'bob'], whitelist: ['ann'], online_mode: false, env: { TZ: 'UTC' },
    },
  },
};

for (const [path, { least, most }] of Object.entries(standIns)) {
  t.test(`${path} stays free of drift with the least and the most parameters, and sees a change`, async (t) => {
    const where = await place(t);
    const service = await deployment(t, path, where);
    const port = await freePort();
    for (const parameters of [{ ...least, port }, { ...most, port: await freePort() }]) {
      await service.apply({ ...parameters, image: helloImage });
      t.equal(await service.changes({ ...parameters, image: helloImage }), '');
    }
    t.not(await service.changes({ ...least, port, image: helloImage }), '', 'a change is seen');
    await service.destroy({ ...most, port, image: helloImage });
    t.strictSame(await remains(where.namespace), []);
  });
}

t.test('databases are published only when asked, and hand on what others need to reach them', async (t) => {
  const where = await place(t);
  const service = await deployment(t, 'docker/mariadb', where, 'db');
  t.match(await service.apply({ password: 'p@ss/word:1', image: helloImage }), {
    address: null,
    ports: [],
    internal_host: 'db',
    internal_port: 3306,
    user: 'app',
    database: 'app',
    password: 'p@ss/word:1',
    uri: 'mysql://app:p%40ss%2Fword%3A1@db:3306/app',
  });
});

t.test('Redis gets its settings by standard input, so that the password is on no command line', async (t) => {
  const where = await place(t);
  const image = await standInForRedis(t);
  const service = await deployment(t, 'docker/redis', where);
  const parameters = { image, password: 'long$enough`id`', max_memory_mb: 64, eviction: 'allkeys-lru', limits: { memory_mb: 64 } };
  await service.apply(parameters);
  t.equal(await service.changes(parameters), '');
  const settings = await waitFor(() => shellIn(`${where.namespace}.svc`, 'cat /settings'), { what: 'the settings to arrive' });
  t.equal(settings, 'requirepass "long$enough`id`"\nappendonly yes\nsave ""\nmaxmemory 64mb\nmaxmemory-policy allkeys-lru');
  t.notMatch(await shellIn(`${where.namespace}.svc`, 'cat /proc/[0-9]*/cmdline'), 'long$enough');
  const cache = { ...parameters, persistent: false };
  t.not(await service.changes(cache), '');
  await service.apply(cache);
  t.equal(await service.changes(cache), '');
  t.match(await service.refusal({ ...parameters, password: 'quo"te and space' }), /spaces, quotes or backslashes/);
  await service.destroy(cache);
  t.strictSame(await remains(where.namespace), []);
});

/** An image with the entrypoint that Redis' has, which keeps what it is given and waits. */
async function standInForRedis(t: Teardown): Promise<string> {
  const [dir, image] = [tempDir(t), `spawnit/stand-in-redis:${process.pid}`];
  writeFileSync(join(dir, 'docker-entrypoint.sh'), '#!/bin/busybox sh\n/bin/busybox cat > /settings\nexec /bin/busybox httpd -f -p 6379\n');
  chmodSync(join(dir, 'docker-entrypoint.sh'), 0o755);
  writeFileSync(join(dir, 'Dockerfile'), `FROM ${helloImage}\nCOPY docker-entrypoint.sh /bin/docker-entrypoint.sh\n`);
  t.teardown(() => docker(['image', 'rm', '--force', image]));
  process.env.DOCKER_BUILDKIT = '0'; // The classic builder needs no registry.
  await docker(['build', '--quiet', '--tag', image, dir]);
  return image;
}
