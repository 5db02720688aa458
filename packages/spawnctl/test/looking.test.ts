import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { onTerminal, spawnctl } from './spawnctl.js';

const plane = await Plane.start(t);
const { kubeconfig } = plane;
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });
await spawnctl(['apply', '-f', '-'], { kubeconfig, input: web('web') });

await t.test('explain tells fields with their types, and the parameters of a template', async (t) => {
  t.match(await ctl('explain', 'service'), { code: 0, stdout: /^KIND: +Service\nVERSION: +spawnit\.dev\/v1\n[^]*\nFIELDS:\n[^]*^ {2}spec\t<Object>/m, stderr: '' });
  t.match(await ctl('explain', 'svc.spec.drift'), { code: 0, stdout: /^FIELD: drift <Object>[^]*^ {2}policy\t<enum>\n[^]*One of "Flag", "Revert", "Ignore"\.\n +Default: "Flag"/m });
  t.match(await ctl('explain', 'service.spec.placement', '--recursive'), { code: 0, stdout: /^ {2}tolerations\t<\[\]Object>\n {4}key\t<string> -required-$/m });
  t.match(await ctl('explain', 'service.spec.parameters'), { code: 0, stdout: /--template NAME shows them/ });
  t.match(await ctl('explain', 'service.spec.parameters', '--template', 'redis', '--recursive'), { code: 0, stdout: /^ {2}password\t<string>/m });
  t.match(await ctl('explain', 'service.spec.parameters.password', '--template', 'redis'), { code: 0, stdout: /^FIELD: password <string>[^]*Secret: sealed/m });
  t.match(await ctl('explain', 'service.spec.parameters.port'), { code: 2, stderr: /add --template NAME/ });
  t.match(await ctl('explain', 'service.spec.drfit'), { code: 3, stdout: '', stderr: /^error: service\.spec has no field "drfit"; did you mean "drift"\? \(there are: / });
  t.match(await ctl('explain', 'servce'), { code: 2, stderr: /did you mean "service"/ });
  t.match(await ctl('explain', 'service.spec', '--template', 'redis'), { code: 2 });
});

await t.test('an empty name, as of a variable that is not set, is neither everything nor nothing', async (t) => {
  for (const words of [['get', 'svc', ''], ['describe', 'svc', ' '], ['delete', 'svc', ''], ['wait', 'svc', '', '--for=delete'], ['logs', ''], ['rollout', 'restart', ''], ['cordon', ''], ['label', 'svc', '', 'a=b'], ['edit', ''], ['patch', 'svc', '', '-p', '{}']])
    t.match(await ctl(...words), { code: 2, stdout: '', stderr: 'error: a name is empty: is a variable not set?\n' }, words.join(' '));
});

await t.test('a label that is set and taken away in one command, or has no key, is refused', async (t) => {
  t.match(await ctl('label', 'svc', 'web', 'a=b', 'a-'), { code: 2, stderr: /a is given twice/ });
  t.match(await ctl('annotate', 'svc', 'web', 'a=b', 'a=c'), { code: 2, stderr: /a is given twice/ });
  t.match(await ctl('label', 'svc', 'web', '=b'), { code: 2, stderr: /has no key/ });
});

await t.test('top shows nodes and services, and says when there are none', async (t) => {
  t.match(await ctl('top', 'nodes'), { code: 0, stdout: '', stderr: 'No nodes found.\n' });
  t.match(await ctl('top', 'svc'), { code: 0, stdout: /^NAME +PHASE +NODE +CHECKS\/S +DRIFT +JOBS +FAILED +LAST JOB +TOOK\nweb +Pending +<none> +0\.00 /, stderr: '' });
  t.match(await ctl('top', 'services', '-A', '--no-headers'), { code: 0, stdout: /^default +web / });
  t.match(await ctl('top', 'jobs'), { code: 2, stderr: /knows nodes and services/ });
});

await t.test('dashboard prints the address of a page', async (t) => {
  t.match(await ctl('dashboard'), { code: 0, stdout: /^http:\/\/127\.0\.0\.1:\d+\/ui\/#code=\S+\n$/, stderr: /signs you in, once/ });
  t.match(await ctl('dashboard', 'web'), { stdout: /\/ui\/services\/default\/web#code=\S+\n$/ });
  t.match(await ctl('dashboard', 'node/n1'), { stdout: /\/ui\/nodes\?node=n1#code=/ });
});

await t.test('on a terminal, dashboard opens the address unless told not to', async (t) => {
  const bin = tempDir(t);
  const opened = join(bin, 'opened');
  // Stands in for the desktop's opener.
  writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s' "$1" > ${opened}.new && mv ${opened}.new ${opened}\n`, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env.PATH}` };
  t.match(await onTerminal(['dashboard', 'web', '--no-open'], { kubeconfig, env }), { code: 0, seen: /#code=/ });
  t.notOk(existsSync(opened));
  const { seen } = await onTerminal(['dashboard', 'web'], { kubeconfig, env });
  const address = await waitFor(() => existsSync(opened) && readFileSync(opened, 'utf8'), { what: 'the opener to be run' });
  t.ok(seen.includes(address), address);
  t.match(address, /\/ui\/services\/default\/web#code=[\w-]+$/);
  t.notMatch(address, plane.token('admin'));
});

await t.test('what the server knows can be asked for', async (t) => {
  t.match(await ctl('api-versions'), { code: 0, stdout: /^spawnit\.dev\/v1$/m });
  t.match(await ctl('api-versions'), { code: 0, stdout: /^v1$/m });
  t.match(await ctl('api-resources', '-o', 'name'), { code: 0, stdout: /^services\.spawnit\.dev$/m });
  t.match(JSON.parse((await ctl('get', '--raw', '/apis')).stdout), { kind: 'APIGroupList' });
  t.match(await ctl('get', '--raw', '/nothing'), { code: 3 });
  t.match(await ctl('get'), { code: 2, stderr: /say which kind/ });
});

await t.test('login keeps a token that the server takes, and no other', async (t) => {
  const own = join(tempDir(t), 'kube', 'config');
  const login = (input: string) => spawnctl(['auth', 'login', '-s', plane.url, '-n', 'default'], { kubeconfig: own, input });
  t.match(await login('nonsense'), { code: 4 });
  t.throws(() => statSync(own), 'nothing was written');
  t.match(await login(plane.token('admin')), { code: 0, stdout: new RegExp(`^logged in to ${plane.url}: context "spawnit"`) });
  t.equal(statSync(own).mode & 0o777, 0o600);
  t.match(await spawnctl(['get', 'svc', '-o', 'name'], { kubeconfig: own }), { code: 0, stdout: 'service.spawnit.dev/web\n' });
  t.match(await spawnctl(['auth', 'token'], { kubeconfig: own }), { code: 0, stdout: `${plane.token('admin')}\n` });
  t.match(await login(plane.token('admin')), { code: 0 });
  t.equal(readFileSync(own, 'utf8').match(/server:/g)!.length, 1, 'a second login replaces the first');
  t.match(await spawnctl(['auth', 'login'], { kubeconfig: own, input: 'x' }), { code: 2, stderr: /--server/ });
});

await t.test('wait takes a JSONPath, and waits for what is not there yet', async (t) => {
  t.match(await ctl('wait', 'svc/web', '--for=jsonpath={.spec.environment}=development'), { code: 0, stdout: 'service.spawnit.dev/web condition met\n' });
  t.match(await ctl('wait', 'svc/web', "--for=jsonpath='{.spec.template}'"), { code: 0 });
  t.match(await ctl('wait', 'svc/web', '--for=jsonpath={.spec.environment}=production', '--timeout=1s'), { code: 124, stderr: /waited 1 s for service\/web to have \.spec\.environment=production/ });
  const waiting = ctl('wait', 'svc/later', '--for=create', '--timeout=180s');
  await spawnctl(['apply', '-f', '-'], { kubeconfig, input: web('later') });
  t.match(await waiting, { code: 0 });
  t.match(await ctl('wait', 'svc/nope', '--for=create', '--timeout=1s'), { code: 124, stderr: /to be there/ });
});
