import { CoreV1Api, CustomObjectsApi, KubeConfig, makeInformer, type KubernetesObject } from '@kubernetes/client-node';
import { checkout, toolPath } from '@spawnit/local';
import { spawnCommand, startApiserver, waitFor } from '@spawnit/testkit';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { readyStatus, service } from './scene.js';

t.test('Kubernetes’ JavaScript library: its informer sees each change once, through a restart of the server as well', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  const config = new KubeConfig();
  config.loadFromFile(join(api.dataDir, 'kubeconfig'));
  const custom = config.makeApiClient(CustomObjectsApi);
  const where = { group: 'spawnit.dev', version: 'v1', namespace: 'default', plural: 'services' };
  const list = async () => (await custom.listNamespacedCustomObject(where)) as { items: KubernetesObject[] };
  const informer = makeInformer(config, '/apis/spawnit.dev/v1/namespaces/default/services', list as unknown as Parameters<typeof makeInformer>[2]);
  const seen: string[] = [];
  for (const verb of ['add', 'update', 'delete'] as const) informer.on(verb, (object: KubernetesObject) => void seen.push(`${verb} ${object.metadata!.name}`));
  const restart = (): Promise<void> => informer.start().catch(restart); // The library leaves it to its user to go on.
  let open = true;
  informer.on('error', () => void (open && restart()));
  await informer.start();

  await custom.createNamespacedCustomObject({ ...where, body: service('a') });
  await waitFor(() => seen.includes('add a'), { what: 'the informer to see it' });
  await api.client('reconciler').services.patch('a', 'default', readyStatus(), { subresource: 'status' });
  await waitFor(() => seen.includes('update a'), { what: 'the change' });
  await api.restart();
  await api.client('admin').services.create(service('b'));
  await waitFor(() => seen.includes('add b'), { what: 'what came after the restart' });
  t.equal(seen.filter((each) => each === 'add a').length, 1, 'nothing twice');
  open = false;
  await informer.stop();
  const { items } = await config.makeApiClient(CoreV1Api).listNamespace();
  t.ok(items.some(({ metadata }) => metadata?.name === 'default'), 'typed clients of core kinds work, too');
});

t.test('Kubernetes’ Python library: dynamic, custom and typed clients, server-side apply and its conflict', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t);
  const script = join(checkout, 'test', 'kubectl', 'client.py');
  const { stdout } = await promisify(execFile)(toolPath('python-clients'), [script, join(api.dataDir, 'kubeconfig')], { timeout: 300_000 });
  t.same(stdout.trim().split('\n'), ['made py False', 'patched True', 'applied staging', 'conflict 409', 'watched ADDED py', 'listed 1', "typed ['default']", 'may True']);
});

t.test('Kubernetes’ Go library: discovery, server-side apply, and an informer that sees each change once, through a restart of the server as well', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  const admin = api.client('admin').services;
  await admin.create(service('before'));
  const program = spawnCommand({ t, name: 'go-client', command: toolPath('go-client'), args: [join(api.dataDir, 'kubeconfig')] });
  await program.waitForLine(/^conflict true$/);
  const told = (pattern: RegExp) => program.lines.filter((line) => pattern.test(line));
  t.same(told(/^(discovered|synced|applied)/), ['discovered spawnit.dev/v1 Service [svc]', 'synced true 1', 'applied staging']);
  await program.waitForLine(/^add go$/);
  await api.client('reconciler').services.patch('before', 'default', readyStatus(), { subresource: 'status' });
  await program.waitForLine(/^update before$/);
  await api.restart();
  await admin.create(service('after'));
  await program.waitForLine(/^add after$/);
  await admin.delete('after', 'default');
  await api.client('reconciler').services.patch('after', 'default', { metadata: { finalizers: [] } });
  await program.waitForLine(/^delete after$/);
  t.same(told(/^add /).sort(), ['add after', 'add before', 'add go'], 'nothing twice');
});
