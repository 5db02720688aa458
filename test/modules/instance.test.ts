import { helloImage } from '@spawnit/local';
import { docker, freePort, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { deployment, place, remains } from './deployment.js';

t.setTimeout(600_000);

const hello = (port: number) => ({ image: helloImage, ports: [{ internal: 8080, external: port }] });

async function answer(url: string): Promise<string> {
  return waitFor(async () => (await fetch(url)).text(), { what: `${url} to answer` });
}

t.test('a container answers, moves with its port, is seen to be missing, and leaves nothing behind', async (t) => {
  const where = await place(t);
  const service = await deployment(t, 'docker/instance', where);
  const [first, second] = [await freePort(), await freePort()];

  const outputs = await service.apply(hello(first));
  t.match(outputs, {
    address: `127.0.0.1:${first}`,
    url: `http://127.0.0.1:${first}`,
    host: '127.0.0.1',
    name: `${where.namespace}.svc`,
    ports: [{ internal: 8080, external: first, protocol: 'tcp' }],
    internal_host: 'svc',
    internal_port: 8080,
    container_id: /^[0-9a-f]{64}$/,
  });
  t.match(await answer(String(outputs.url)), /\S/);
  t.equal(await service.changes(hello(first)), '', 'nothing differs right after');

  t.match(await service.changes(hello(second)), /external\s+= \d+ -> \d+ # forces replacement/);
  const moved = await service.apply(hello(second));
  t.match(await answer(String(moved.url)), /\S/);
  await t.rejects(fetch(String(outputs.url)), 'the old port is closed');
  t.equal(await service.changes(hello(second)), '');

  await docker(['rm', '--force', `${where.namespace}.svc`]);
  t.match(await service.changes(hello(second)), /docker_container\.this will be created/);
  await service.apply(hello(second));
  await docker(['stop', '--time', '1', `${where.namespace}.svc`]);
  t.match(await service.changes(hello(second)), /docker_container\.this/, 'a stopped one is seen too');

  await service.destroy(hello(second));
  t.strictSame(await remains(where.namespace), []);
});

t.test('a port that the engine picks is told, and stays', async (t) => {
  const service = await deployment(t, 'docker/instance', await place(t));
  const parameters = { image: helloImage, ports: [{ internal: 8080 }, { internal: 9, protocol: 'udp' }] };
  const { url, ports } = await service.apply(parameters);
  t.match(ports, [{ internal: 8080, external: Number }, { internal: 9, protocol: 'udp', external: Number }]);
  t.match(await answer(String(url)), /\S/);
  t.equal(await service.changes(parameters), '');
});

t.test('services of a namespace reach one another by name, and everything carries its labels', async (t) => {
  const where = await place(t);
  const shown = await deployment(t, 'docker/instance', where, 'shown');
  const asking = await deployment(t, 'docker/instance', where, 'asking');
  await shown.apply({ image: helloImage, volumes: [{ name: 'data', container_path: '/data' }] });
  await asking.apply({ image: helloImage });
  const page = await docker(['exec', `${where.namespace}.asking`, '/bin/busybox', 'wget', '-q', '-O', '-', 'http://shown:8080/']);
  t.match(page, /\S/);
  t.strictSame(await remains(where.namespace), [
    `container ${where.namespace}.asking`,
    `container ${where.namespace}.shown`,
    `volume ${where.namespace}.shown.data`,
  ]);
  const labels = JSON.parse(await docker(['inspect', '--format', '{{json .Config.Labels}}', `${where.namespace}.shown`]));
  t.match(labels, {
    'spawnit.dev/cluster': 'test',
    'spawnit.dev/managed': 'true',
    'spawnit.dev/namespace': where.namespace,
    'spawnit.dev/service': 'shown',
    'spawnit.dev/uid': 'uid-shown',
  });
});

t.test('data in a volume outlives a change of the container', async (t) => {
  const where = await place(t);
  const service = await deployment(t, 'docker/instance', where);
  const parameters = { image: helloImage, volumes: [{ name: 'data', container_path: '/data' }] };
  const inside = (line: string) => docker(['exec', `${where.namespace}.svc`, '/bin/busybox', 'sh', '-c', line]);
  await service.apply(parameters);
  await inside('echo kept > /data/file');
  await service.apply({ ...parameters, env: { CHANGED: '1' } });
  t.equal(await inside('echo $CHANGED; cat /data/file'), '1\nkept');
});

t.test('a volume with the labels of an older module keeps its data', async (t) => {
  const where = await place(t);
  const service = await deployment(t, 'docker/instance', where);
  const parameters = { image: helloImage, volumes: [{ name: 'data', container_path: '/data' }] };
  await docker(['volume', 'create', '--label', `spawnit.dev/namespace=${where.namespace}`, `${where.namespace}.svc.data`]);
  await service.apply(parameters);
  t.equal(await service.changes(parameters), '');
});

t.test('a secret reaches the container and no plan', async (t) => {
  const where = await place(t);
  const service = await deployment(t, 'docker/instance', where);
  const secret = 'canary-5d1f0c';
  const parameters = { image: helloImage, env: { OPEN: 'seen' }, secret_env: { HIDDEN: secret } };
  const plan = await service.changes(parameters);
  t.match(plan, /env\s+= \(sensitive value\)/);
  t.notMatch(plan, secret);
  t.match(await service.changes({ ...parameters, secret_env: {} }), '"OPEN=seen"', 'without secrets the rest can be read');
  await service.apply(parameters);
  const env = await docker(['exec', `${where.namespace}.svc`, '/bin/busybox', 'env']);
  t.match(env, new RegExp(`^HIDDEN=${secret}$`, 'm'));
  t.notMatch(await service.changes({ ...parameters, secret_env: { HIDDEN: 'another' } }), secret);
});

t.test('what looks like an expression stays text', async (t) => {
  const where = await place(t);
  const service = await deployment(t, 'docker/instance', where);
  const text = '${file("/etc/hostname")}%{ if true }$(id)`id`';
  await service.apply({ image: helloImage, env: { TEXT: text }, files: { '/www/text': text } });
  t.equal(await docker(['exec', `${where.namespace}.svc`, '/bin/busybox', 'sh', '-c', 'echo "$TEXT"; cat /www/text']), `${text}\n${text}`);
});

t.test('what can not work is refused before anything is touched, with the reason', async (t) => {
  const where = await place(t);
  const service = await deployment(t, 'docker/instance', where);
  const volume = (more: object) => ({ volumes: [{ container_path: '/a', ...more }] });
  const cases: [string, object, RegExp][] = [
    ['a port out of range', { ports: [{ internal: 70000 }] }, /A port must be 1-65535/],
    ['an unknown protocol', { ports: [{ internal: 1, protocol: 'sctp' }] }, /protocol must be tcp or udp/],
    ['one external port twice', { ports: [{ internal: 1, external: 80 }, { internal: 2, external: 80 }] }, /same external port/],
    ['one internal port twice', { ports: [{ internal: 1, external: 80 }, { internal: 1, external: 81 }] }, /published once/],
    ['two protocols, one without a port', { ports: [{ internal: 1 }, { internal: 1, external: 81, protocol: 'udp' }] }, /needs an external port for each/],
    ['another namespace\'s network', { networks: ['other.net'] }, /DNS label/],
    ['a volume from two sources', volume({ name: 'a', host_path: '/etc' }), /exactly one of name, shared and host_path/],
    ['a volume from nowhere', volume({}), /exactly one of name, shared and host_path/],
    ['another namespace\'s volume', volume({ shared: 'other.data' }), /DNS label/],
    ['a host path that climbs', volume({ host_path: '/srv/../etc' }), /without '\.\.'/],
    ['mount options in a path', volume({ name: 'a', container_path: '/a:rw' }), /without ':'/],
    ['a file above the root', { files: { '/../etc/passwd': 'x' } }, /absolute path without '\.\.'/],
    ['an empty file', { files: { '/a': '' } }, /must not be empty/],
    ['files in a read-only root', { files: { '/a': 'x' }, read_only: true }, /can't be written with read_only/],
    ['a label of the platform\'s', { labels: { 'spawnit.dev/uid': 'x' } }, /kept for the platform/],
    ['an empty command', { command: [] }, /at least one argument/],
    ['a health check without a kind', { healthcheck: { test: ['curl'] } }, /CMD, CMD-SHELL or NONE/],
    ['processors that can not be kept exactly', { limits: { cpus: 10.05 } }, /multiple of 0\.1/],
  ];
  for (const [what, parameters, reason] of cases) {
    t.match(await service.refusal({ image: helloImage, ...parameters }), reason, what);
  }
  t.strictSame(await remains(where.namespace), []);
});
