import { helloImage } from '@spawnit/local';
import { freePort, tempDir } from '@spawnit/testkit';
import t from 'tap';
import { entries } from './catalogue.js';
import { deployment, place, type Parameters } from './deployment.js';

t.setTimeout(600_000);

const [port, secondPort] = [await freePort(), await freePort()];
const base = { image: helloImage };

/** A value for each parameter of the container, other than its default. All fit together but `files`. */
const values = (hostFolder: string): Parameters => ({
  command: ['-f', '-p', '8080', '-h', '/again'],
  entrypoint: ['/bin/busybox', 'httpd'],
  env: { A: '1', B: 'x=y z', C: '' },
  secret_env: { A: '2', PASSWORD: 'hidden' },
  // Out of order, both protocols of one port, with and without an external one.
  ports: [{ internal: 8080, external: port }, { internal: 53, external: port, protocol: 'udp' }, { internal: 53, external: secondPort, ip: '127.0.0.1' }, { internal: 9, protocol: 'udp' }],
  volumes: [
    { name: 'site', container_path: '/again' },
    { name: 'cache', container_path: '/cache' },
    { name: 'cache', container_path: '/cache-too', read_only: true },
    { host_path: hostFolder, container_path: '/host', read_only: true },
  ],
  // One after the other, as neither makes the provider replace the container.
  tmpfs: [{ path: '/tmp' }, { path: '/run', size_mb: 8 }],
  init: false,
  restart: 'on-failure',
  max_retries: 4,
  labels: { team: 'web' },
  healthcheck: { test: ['CMD-SHELL', 'true'], interval_s: 90, timeout_s: 5, retries: 2, start_period_s: 3661 },
  limits: { memory_mb: 64, cpus: 0.25 },
  shm_size_mb: 32,
  user: '1000:1000',
  workdir: '/tmp',
  hostname: 'box',
  read_only: true,
  stop_grace_s: 1,
  log_max_mb: 3,
});
/** Other values for those that would end the program when nothing else is set. */
const alone = {
  command: ['httpd', '-f', '-p', '8081'],
  entrypoint: ['/bin/busybox'],
  files: { '/www/deep/page.html': 'page' },
};
const changed = /docker_container\.this (will|must) be (updated in-place|replaced)/;
/** Means nothing without the others; networks have a test of their own. */
const notAlone = ['max_retries', 'networks'];

t.test('with every parameter set at once, nothing differs after an apply', async (t) => {
  const service = await deployment(t, 'docker/instance', await place(t));
  const all = { ...base, ...values(tempDir(t)) };
  const parameters = entries().find(({ name }) => name === 'container')!.template.spec.parameters.properties;
  t.strictSame(Object.keys(parameters).filter((key) => !(key in all)).sort(), ['files', 'networks'], 'none is forgotten');

  await service.apply(all);
  // The provider gives one port's protocols in random order: one look might be luck.
  for (let again = 0; again < 4; again++) t.equal(await service.changes(all), '');
});

t.test('setting any one parameter is seen, done once it is applied, and taking it away is seen', async (t) => {
  const service = await deployment(t, 'docker/instance', await place(t));
  const each = { ...values(tempDir(t)), ...alone };
  await service.apply(base);
  for (const [key, value] of Object.entries(each).filter(([key]) => !notAlone.includes(key))) {
    const parameters = { ...base, [key]: value };
    t.match(await service.changes(parameters), changed, `${key} is seen`);
    await service.apply(parameters);
    t.equal(await service.changes(parameters), '', `${key} is done`);
    t.match(await service.changes(base), changed, `the lack of ${key} is seen`);
  }
  await service.apply(base);
  t.equal(await service.changes(base), '', 'and all is undone');
});

t.test('limits of any size are kept exactly', async (t) => {
  const service = await deployment(t, 'docker/instance', await place(t));
  for (const limits of [{ memory_mb: 64 }, { memory_mb: 96 }, {}, { cpus: 0.1 }, { cpus: 0.15 }, { cpus: 1 }, { cpus: 1.05, memory_mb: 64 }, { cpus: 2 }]) {
    const parameters = { ...base, limits };
    await service.apply(parameters);
    t.equal(await service.changes(parameters), '', JSON.stringify(limits));
  }
  const inPlace = { ...base, limits: { memory_mb: 64 } };
  const { container_id: before } = await service.apply(inPlace);
  const { container_id: after } = await service.apply({ ...base, limits: { memory_mb: 128 }, restart: 'always' });
  t.equal(after, before, 'memory and restart policy change without a new container');
});
