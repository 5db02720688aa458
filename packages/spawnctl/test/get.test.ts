import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import t from 'tap';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { entry, spawnctl, startSpawnctl } from './spawnctl.js';

const plane = await Plane.start(t);
const { kubeconfig } = plane;
const admin = plane.as('admin');
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });

await t.test('get of nothing says so on stderr and ends well', async (t) => {
  t.match(await ctl('get', 'svc'), { code: 0, stdout: '', stderr: 'No services found in namespace "default".\n' });
  t.match(await ctl('get', 'svc', '-A'), { code: 0, stdout: '', stderr: 'No services found.\n' });
  t.match(await ctl('get', 'svc', '-o', 'name'), { code: 0, stdout: '' });
  t.strictSame(JSON.parse((await ctl('get', 'svc', '-o', 'json')).stdout).items, []);
});

await t.test('get prints a table that can be cut into columns', async (t) => {
  await declare();
  const { code, stdout, stderr } = await ctl('get', 'services');
  t.match({ code, stderr }, { code: 0, stderr: '' });
  const [head, ...rows] = stdout.trimEnd().split('\n');
  t.match(head, /^NAME +PHASE +READY +TEMPLATE/);
  t.match(rows, [/^one +\S+ +\S+ +web-server/, /^two /]);
  t.notOk(stdout.includes('\u001b'), 'no colours');
  t.match((await ctl('get', 'svc', '-o=wide')).stdout, /^NAME .*EPOCH/);
  t.match((await ctl('get', 'svc', '--no-headers')).stdout, /^one /);
});

await t.test('get chooses by name, by label, by namespace, by KIND/NAME and by several kinds', async (t) => {
  t.notMatch((await ctl('get', 'svc', 'two')).stdout, /^one/m);
  t.match((await ctl('get', 'svc', '-A')).stdout, /^NAMESPACE +NAME .*\n(.*\n)*other +three /);
  t.match((await ctl('get', 'svc', '-n', 'other', '-o', 'name')), { code: 0, stdout: 'service.spawnit.dev/three\n' });
  t.match((await ctl('get', 'svc', '-Al', 'tier=front', '-oname')), { code: 0, stdout: 'service.spawnit.dev/three\n' });
  t.match((await ctl('get', 'svc/one', 'namespace/other', '-o', 'name')), { code: 0, stdout: 'service.spawnit.dev/one\nnamespace/other\n' });
  t.match((await ctl('get', 'svc,ns')), { code: 0, stdout: /^service\.spawnit\.dev\/one [^]*\n\nNAME[^]*namespace\/default/m });
  t.match((await ctl('get', 'services.spawnit.dev', 'one')), { code: 0 });
});

await t.test('get gives JSON and YAML that can be read back', async (t) => {
  t.match(JSON.parse((await ctl('get', 'svc', 'one', '-o', 'json')).stdout), { kind: 'Service', metadata: { name: 'one' }, spec: { template: 'web-server' } });
  t.match(parse((await ctl('get', 'svc', 'one', '-oyaml')).stdout), { kind: 'Service', metadata: { name: 'one' } });
  t.match(JSON.parse((await ctl('get', 'svc', '-o', 'json')).stdout), { kind: 'List', items: [{ kind: 'Service', metadata: { name: 'one' } }, {}] });
});

await t.test('what is not there is told, beside what is', async (t) => {
  t.match(await ctl('get', 'svc', 'nope'), { code: 3, stdout: '', stderr: /^error: services\.spawnit\.dev "nope" not found/ });
  t.match(await ctl('get', 'svc', 'one', 'nope'), { code: 3, stdout: /^one /m, stderr: /"nope" not found/ });
  t.match(await ctl('get', 'svc', 'nope', '--ignore-not-found'), { code: 0, stdout: '', stderr: '' });
  t.match(await ctl('get', 'srvice'), { code: 2, stderr: /^error: there is no kind "srvice"; did you mean "service"\?/ });
  t.match(await ctl('get', 'svc', '-o', 'xml'), { code: 2, stderr: /wide, json, yaml, name, jsonpath=…, custom-columns=… \(got xml\)/ });
  t.match(await ctl('gett', 'svc'), { code: 2, stderr: /unknown command 'gett'.*get/s });
  t.match(await ctl('get', 'svc', '-l', 'a==b=='), { code: 1, stderr: /^error: / });
});

await t.test('a watch shows what changes, goes on over a restart of the server, and ends with Ctrl-C', async (t) => {
  const watch = startSpawnctl(t, ['get', 'svc', '-w'], kubeconfig);
  await watch.waitForLine(/^two /);
  await admin.services.patch('one', 'default', { spec: { environment: 'staging' } });
  await admin.services.patch('one', 'default', { spec: { template: 'redis' } }).catch(() => undefined);
  await plane.stopServer('SIGKILL');
  await watch.waitForLine(/connection lost/);
  await plane.startServer();
  await spawnctl(['apply', '-f', '-'], { kubeconfig, input: web('later') });
  await watch.waitForLine(/^later /);
  t.equal(watch.lines.filter((line) => line.startsWith('two ')).length, 1, 'what has not changed is not shown again');
  watch.kill('SIGINT');
  t.match(await watch.exited, { code: 130 });
});

await t.test('a watch of names shows only what comes after the list', async (t) => {
  const watch = startSpawnctl(t, ['get', 'svc', '-w', '-o', 'name'], kubeconfig);
  await watch.waitForLine(/\/two$/);
  await spawnctl(['apply', '-f', '-'], { kubeconfig, input: web('latest') });
  await watch.waitForLine(/\/latest$/);
  t.strictSame(watch.lines.filter((line) => line.endsWith('/two')).length, 1);
  watch.kill('SIGINT');
  t.match(await watch.exited, { code: 130 });
});

await t.test('a reader that stops early is no error', async (t) => {
  const child = spawn('/bin/sh', ['-c', `"${process.execPath}" "${entry}" get tpl -o yaml | head -1`], { env: { ...process.env, KUBECONFIG: kubeconfig } });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  t.equal(stdout, 'apiVersion: v1\n');
  t.equal(stderr, '');
});

await t.test('describe leads with what matters and shows events', async (t) => {
  const { metadata } = await admin.services.get('one', 'default');
  const now = new Date().toISOString();
  await plane.as('reconciler').services.patch('one', 'default', {
    status: { phase: 'Failed', observedGeneration: metadata.generation, conditions: [{ type: 'Ready', status: 'False', reason: 'ImagePull', message: 'no such image', lastTransitionTime: now }] },
  }, { subresource: 'status' });
  await plane.as('reconciler').events.create({
    apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', namespace: 'default' }, involvedObject: { kind: 'Service', name: 'one', namespace: 'default', uid: metadata.uid }, reason: 'ImagePull', message: 'cannot pull', type: 'Warning', count: 1, firstTimestamp: now, lastTimestamp: now, source: { component: 'reconciler' },
  } as never);
  const { code, stdout } = await ctl('describe', 'svc', 'one');
  t.equal(code, 0);
  const at = (pattern: RegExp) => stdout.search(pattern);
  const order = [/^Name: +one$/m, /^Phase: +Failed$/m, /^Why: +ImagePull: no such image$/m, /^Conditions:$/m, /^Last job: none yet$/m, /^Events:$/m, /^Spec:$/m].map(at);
  t.notOk(order.includes(-1), stdout);
  t.strictSame(order, [...order].sort((a, b) => a - b));
  t.match(stdout, /Warning +ImagePull +reconciler +cannot pull/);
  t.match(await ctl('events', '--for', 'svc/one'), { code: 0, stdout: /Warning +ImagePull +service\/one +cannot pull/ });
  t.match(await ctl('events', '-n', 'other'), { code: 0, stdout: '', stderr: 'No events found in namespace "other".\n' });
  t.match(await ctl('describe', 'tpl', 'redis'), { code: 0, stdout: /^Parameters:\n +NAME +TYPE +DEFAULT/m });
  t.match(await ctl('describe', 'ns', 'other'), { code: 0, stdout: /^Name: +other/m });
  t.match(await ctl('describe', 'nodes'), { code: 0, stdout: '', stderr: 'Nothing found.\n' });
  t.match(await ctl('describe', 'svc', 'nope'), { code: 3 });
});

async function declare(): Promise<void> {
  const other = web('three').replace('name: three', 'name: three\n  namespace: other\n  labels: {tier: front}');
  const all = [web('one'), web('two'), 'apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n', other];
  await spawnctl(['apply', '-f', '-'], { kubeconfig, input: all.join('---\n') });
}
