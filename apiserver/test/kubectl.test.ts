import { toolPath } from '@spawnit/local';
import { tempDir, waitFor } from '@spawnit/testkit';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { stringify } from 'yaml';
import { startPlane, type Plane } from './agent/plane.js';
import { ready, service, shopCatalogue } from './shop.js';

interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

/** A real kubectl, its configuration and cache in folders of its own. */
class Kubectl {
  readonly #environment: NodeJS.ProcessEnv;
  constructor(
    private readonly path: string,
    dataDir: string,
    home: string,
  ) {
    mkdirSync(home, { recursive: true });
    this.#environment = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: join(dataDir, 'kubeconfig') };
  }

  run(...args: string[]): Promise<Answer> {
    return new Promise((resolve) => {
      execFile(this.path, args, { env: this.#environment, timeout: 60_000 }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }));
    });
  }

  /** Its output; fails the test when it fails. */
  async ok(t: Test, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    t.equal(code, 0, `kubectl ${args.join(' ')}${code === 0 ? '' : `: ${stderr}`}`);
    return stdout;
  }

  start(...args: string[]) {
    const child = spawn(this.path, args, { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
    return { output: () => output, exited, stop: () => child.kill('SIGKILL') };
  }
}

/** The pinned one, and the machine's own where it is another. */
const clients = [...new Set([toolPath('kubectl'), '/usr/bin/kubectl'])].filter((path) => existsSync(path));

for (const [index, path] of clients.entries()) {
  t.test(`kubectl at ${path}`, async (t) => {
    const dataDir = tempDir(t);
    const plane = await startPlane(t, { dataDir, catalogueDir: shopCatalogue(t) });
    const kubectl = new Kubectl(path, dataDir, join(dataDir, `home-${index}`));
    const file = (name: string, content: unknown) => {
      writeFileSync(join(dataDir, name), stringify(content));
      return join(dataDir, name);
    };
    await readsWhatThereIs(t, kubectl, plane, file);
    await declares(t, kubectl, file);
    await follows(t, kubectl, plane, file);
  });
}

type File = (name: string, content: unknown) => string;

async function readsWhatThereIs(t: Test, kubectl: Kubectl, plane: Plane, file: File): Promise<void> {
  await t.test('finds the kinds and prints them in all its ways', async (t) => {
    t.match(await kubectl.ok(t, 'api-resources'), /services +svc +spawnit.dev(\/v1)? +true +Service/);
    t.match(await kubectl.ok(t, 'version', '-o', 'json'), /"serverVersion"/);
    await kubectl.ok(t, 'create', '-f', file('a.yaml', service('a', {}, { labels: { app: 'one' } })));
    await plane.as('admin').services.create(service('b', {}, { labels: { app: 'two' } }));
    await plane.as('reconciler').services.patch('a', 'default', { status: { phase: 'Ready', conditions: [ready(service('a'))] } }, { subresource: 'status' });
    t.match(await kubectl.ok(t, 'get', 'services'), /^NAME +PHASE +READY +TEMPLATE +NODE +URL +REASON +AGE\na +Ready +True +web .*\nb /);
    t.match(await kubectl.ok(t, 'get', 'svc', '-o', 'wide'), /EPOCH +ENVIRONMENT/);
    t.match(JSON.parse(await kubectl.ok(t, 'get', 'svc', 'a', '-o', 'json')), { kind: 'Service', metadata: { name: 'a' }, spec: { template: 'web' } });
    t.match(await kubectl.ok(t, 'get', 'svc', '-o', 'yaml'), /template: web/);
    t.equal(await kubectl.ok(t, 'get', 'svc', '-o', 'name'), 'service.spawnit.dev/a\nservice.spawnit.dev/b\n');
    t.equal(await kubectl.ok(t, 'get', 'svc', '-l', 'app in (two)', '-o', 'name'), 'service.spawnit.dev/b\n');
    t.equal(await kubectl.ok(t, 'get', 'svc', '--field-selector', 'status.phase=Ready', '-o', 'name'), 'service.spawnit.dev/a\n');
    t.match(await kubectl.ok(t, 'get', 'svc,tpl', '-A'), /default +service.spawnit.dev\/a[^]*template.spawnit.dev\/web/);
    t.match(await kubectl.ok(t, 'get', 'svc', '--chunk-size', '1'), /a [^]*b /);
    t.match(await kubectl.ok(t, 'explain', 'service.spec'), /template\s+<string>/);
    t.match(await kubectl.ok(t, 'describe', 'service', 'a'), /Kind: +Service[^]*Phase: +Ready/);
    t.match(await kubectl.run('get', 'svc', 'none'), { code: 1, stderr: /NotFound.*"none" not found/ });
  });
}

async function declares(t: Test, kubectl: Kubectl, file: File): Promise<void> {
  await t.test('creates, applies, patches, labels and annotates', async (t) => {
    t.match(await kubectl.run('create', '-f', file('a.yaml', service('a'))), { code: 1, stderr: /AlreadyExists/ });
    const apply = (spec: object) => kubectl.ok(t, 'apply', '-f', file('c.yaml', service('c', { parameters: { image: 'busybox', port: 8080 }, ...spec })));
    t.equal(await apply({}), 'service.spawnit.dev/c created\n');
    t.equal(await apply({}), 'service.spawnit.dev/c unchanged\n');
    t.equal(await apply({ environment: 'staging', suspend: true }), 'service.spawnit.dev/c configured\n');
    await apply({ environment: 'staging' });
    t.equal(await kubectl.ok(t, 'get', 'svc', 'c', '-o', 'jsonpath={.spec.environment} {.spec.suspend} {.metadata.generation}'), 'staging false 3', 'what is left out of the file is taken away');
    t.match(await kubectl.ok(t, 'apply', '--dry-run=server', '-f', file('d.yaml', service('d'))), /d created \(server dry run\)/);
    await kubectl.ok(t, 'patch', 'svc', 'c', '--type=merge', '-p', '{"spec":{"suspend":true}}');
    await kubectl.ok(t, 'patch', 'svc', 'c', '--type=json', '-p', '[{"op":"replace","path":"/spec/suspend","value":false}]');
    await kubectl.ok(t, 'label', 'svc', 'c', 'team=x');
    await kubectl.ok(t, 'annotate', 'svc', 'c', 'note=y');
    t.equal(await kubectl.ok(t, 'get', 'svc', 'c', '-o', 'jsonpath={.metadata.labels.team}{.metadata.annotations.note}'), 'xy');
    await kubectl.ok(t, 'create', 'namespace', 'shop');
    await kubectl.ok(t, 'patch', 'namespace', 'shop', '-p', '{"metadata":{"labels":{"a":"b"}}}');
    await kubectl.ok(t, 'apply', '-n', 'shop', '-f', file('e.yaml', { ...service('e'), metadata: { name: 'e' } }));
  });
  await t.test('tells what is wrong, and where', async (t) => {
    const wrong = { ...service('w'), spec: { tmplate: 'web', parameters: { image: 'x' } } };
    t.match(await kubectl.run('apply', '-f', file('w.yaml', wrong)), { code: 1, stderr: /tmplate/ });
    const refused = await kubectl.run('create', '-f', file('w.yaml', service('w', { parameters: { image: 'x', port: 70_000 } })));
    t.match(refused, { code: 1, stderr: /spec.parameters.port: Port must be 1–65535 \(got 70000\)/ });
  });
}

async function follows(t: Test, kubectl: Kubectl, plane: Plane, file: File): Promise<void> {
  await t.test('watches, waits and deletes', async (t) => {
    const { services } = plane.as('reconciler');
    await kubectl.ok(t, 'create', '-f', file('f.yaml', service('f')));
    const watching = kubectl.start('get', 'svc', 'f', '-w');
    t.teardown(() => watching.stop());
    await waitFor(() => watching.output().includes('\nf '), { what: 'the first line of the watch' });
    const waiting = kubectl.start('wait', '--for=condition=Ready', 'svc/f', '--timeout=60s');
    await services.patch('f', 'default', { status: { observedGeneration: 1, phase: 'Ready', conditions: [ready(service('f'))] } }, { subresource: 'status' });
    t.equal(await waiting.exited, 0, waiting.output());
    await waitFor(() => /\nf +Ready +True/.test(watching.output()), { what: 'the change in the watch' });
    const deleting = kubectl.start('delete', 'svc', 'f');
    await waitFor(async () => (await services.get('f', 'default')).metadata.deletionTimestamp, { what: 'the service to be deleted' });
    await services.patch('f', 'default', { metadata: { finalizers: [] } });
    t.equal(await deleting.exited, 0, deleting.output());
    t.match(await kubectl.run('get', 'svc', 'f'), { code: 1, stderr: /not found/ });
    await kubectl.ok(t, 'delete', 'svc', 'a', '--wait=false');
    t.match(await kubectl.run('patch', 'svc', 'a', '--type=merge', '-p', '{"metadata":{"finalizers":null}}'), { code: 1, stderr: /Forbidden/ });
  });
}
