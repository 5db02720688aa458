import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { tempDir } from '@spawnit/testkit';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { entry, spawnctl } from './spawnctl.js';

const plane = await Plane.start(t);
const { kubeconfig } = plane;
const dir = tempDir(t);

function file(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

await t.test('apply creates, then configures, then leaves unchanged', async (t) => {
  const path = file('web.yaml', web('web'));
  t.match(await spawnctl(['apply', '-f', path], { kubeconfig }), { code: 0, stdout: 'service.spawnit.dev/web created\n', stderr: '' });
  t.match(await spawnctl(['apply', '-f', path], { kubeconfig }), { code: 0, stdout: 'service.spawnit.dev/web unchanged\n' });
  file('web.yaml', web('web', '  environment: staging\n'));
  t.match(await spawnctl(['apply', '-f', path], { kubeconfig }), { code: 0, stdout: 'service.spawnit.dev/web configured\n' });
  file('web.yaml', web('web'));
  await spawnctl(['apply', '-f', path], { kubeconfig });
  const { spec } = await plane.as('admin').services.get('web', 'default');
  t.equal(spec.environment, 'development', 'what was taken out of the file is back at its default');
});

await t.test('apply reads all manifests of a folder, in order of name, and standard input', async (t) => {
  const folder = join(dir, 'many');
  mkdirSync(folder);
  writeFileSync(join(folder, 'b.yml'), web('second'));
  writeFileSync(join(folder, 'a.json'), JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'first' } }));
  writeFileSync(join(folder, 'notes.txt'), 'not a manifest');
  t.match(await spawnctl(['apply', '-f', folder], { kubeconfig }), { code: 0, stdout: 'namespace/first created\nservice.spawnit.dev/second created\n' });
  const two = `${web('third')}---\n${web('fourth')}`;
  t.match(await spawnctl(['apply', '-f', '-'], { kubeconfig, input: two }), { code: 0, stdout: /third created\n.*fourth created/s });
});

await t.test('a dry run at the server says what would be done and does nothing', async (t) => {
  const input = web('dry');
  t.match(await spawnctl(['apply', '-f', '-', '--dry-run=server'], { kubeconfig, input }), { code: 0, stdout: 'service.spawnit.dev/dry created (server dry run)\n' });
  t.match(await spawnctl(['get', 'svc', 'dry'], { kubeconfig }), { code: 3 });
});

await t.test('a dry run at the client needs no server, and finds what can be found in the file alone', async (t) => {
  const nowhere = { kubeconfig: join(dir, 'missing'), env: { HOME: dir } };
  t.match(await spawnctl(['apply', '-f', '-', '--dry-run=client'], { ...nowhere, input: web('dry') }), { code: 0, stdout: 'service.spawnit.dev/dry valid (client dry run)\n' });
  const bad = await spawnctl(['apply', '-f', '-', '--dry-run=client'], { ...nowhere, input: web('dry', '  suspended: true\n') });
  t.match(bad, { code: 1, stdout: '', stderr: /^standard input:7: spec\.suspended: unknown field "suspended", did you mean "suspend"\?/ });
});

await t.test('a fault is told with file, line, field and the likely meaning, and the other documents are applied', async (t) => {
  const path = file('faults.yaml', `${web('good')}---\n${web('bad', '  environmnt: staging\n  parameters:\n    port: 70000\n')}`);
  const result = await spawnctl(['apply', '-f', path], { kubeconfig });
  t.match(result, { code: 1, stdout: 'service.spawnit.dev/good created\n' });
  t.match(result.stderr, `${path}:14: spec.environmnt: unknown field "environmnt", did you mean "environment"?`);
  t.match(result.stderr, 'error: 1 of 2 not applied');
  const port = await spawnctl(['apply', '-f', '-'], { kubeconfig, input: web('bad', '  parameters:\n    port: 70000\n') });
  t.match(port, { code: 1, stderr: /^standard input:8: spec\.parameters\.port: .*65535/ });
  const template = await spawnctl(['apply', '-f', '-'], { kubeconfig, input: web('bad').replace('web-server', 'web-sever') });
  t.match(template, { code: 1, stderr: /^standard input:6: spec\.template: .*did you mean "web-server"/ });
});

await t.test('a file that is no manifest is a usage error with its line', async (t) => {
  const cases: [string, RegExp][] = [
    ['apiVersion: spawnit.dev/v1\nkind: Servce\nmetadata: {name: x}\n', /^error: standard input:2: .*no kind "Servce"; did you mean "Service"\?/],
    ['a: 1\n  b: 2\n', /^error: standard input:\d+: /],
    ['kind: Service\nmetadata: {name: x}\n', /apiVersion: spawnit\.dev\/v1 \(got undefined\)/],
    ['apiVersion: spawnit.dev/v1\nkind: Service\nmetadata:\n  name: 12\n', /^error: standard input:4: metadata\.name: must be text/],
    ['- 1\n', /a mapping with apiVersion, kind and metadata is expected/],
    ['', /^error: no manifest in standard input/],
  ];
  for (const [input, stderr] of cases) t.match(await spawnctl(['apply', '-f', '-'], { kubeconfig, input }), { code: 2, stdout: '', stderr });
  t.match(await spawnctl(['apply', '-f', join(dir, 'nothing.yaml')], { kubeconfig }), { code: 2, stderr: /nothing\.yaml: no such file or folder/ });
  t.match(await spawnctl(['apply'], { kubeconfig }), { code: 2, stderr: /-f FILE/ });
  t.match(await spawnctl(['apply', '-f', '-', '--dry-run=maybe'], { kubeconfig, input: web('x') }), { code: 2, stderr: /none, client or server/ });
});

await t.test('a namespace on the command line may not contradict the file', async (t) => {
  const input = web('elsewhere').replace('name: elsewhere', 'name: elsewhere\n  namespace: first');
  t.match(await spawnctl(['apply', '-f', '-', '-n', 'default'], { kubeconfig, input }), { code: 2, stderr: /^standard input:5: metadata\.namespace: is "first", and -n says "default"/ });
  t.match(await spawnctl(['apply', '-f', '-', '-n', 'first'], { kubeconfig, input }), { code: 0 });
  t.match(await spawnctl(['apply', '-f', '-', '-n', 'nowhere'], { kubeconfig, input: web('x') }), { code: 3, stderr: /namespace "nowhere" not found/ });
});

await t.test('diff ends with 0 for no difference, 1 for one, more for an error', async (t) => {
  t.match(await spawnctl(['diff', '-f', '-'], { kubeconfig, input: web('web') }), { code: 0, stdout: '', stderr: '' });
  const changed = await spawnctl(['diff', '-f', '-'], { kubeconfig, input: web('web', '  environment: staging\n') });
  t.match(changed, { code: 1, stderr: '' });
  t.match(changed.stdout, /^- {2}environment: development\n\+ {2}environment: staging$/m);
  t.notMatch(changed.stdout, /resourceVersion|last-applied/, 'what the server keeps for itself is no difference');
  t.match(await spawnctl(['diff', '-f', '-'], { kubeconfig, input: web('new') }), { code: 1, stdout: /^\+kind: Service$/m });
  t.match(await spawnctl(['diff', '-f', '-'], { kubeconfig, input: web('web', '  environment: nowhere\n') }), { code: 2, stderr: /spec\.environment/ });
});

await t.test('create makes what is new and leaves alone what is there', async (t) => {
  t.match(await spawnctl(['create', '-f', '-'], { kubeconfig, input: web('made') }), { code: 0, stdout: 'service.spawnit.dev/made created\n' });
  t.match(await spawnctl(['create', '-f', '-'], { kubeconfig, input: web('made') }), { code: 5, stderr: /"made" already exists/ });
  t.match(await spawnctl(['create', 'namespace', 'team'], { kubeconfig }), { code: 0, stdout: 'namespace/team created\n' });
  t.match(await spawnctl(['create', 'svc', 'x'], { kubeconfig }), { code: 2, stderr: /create -f FILE/ });
});

await t.test('label and annotate set, keep and take away', async (t) => {
  t.match(await spawnctl(['label', 'svc', 'web', 'tier=front', 'team=a'], { kubeconfig }), { code: 0, stdout: 'service.spawnit.dev/web labeled\n' });
  t.match(await spawnctl(['get', 'svc', '-l', 'tier=front', '-o', 'name'], { kubeconfig }), { code: 0, stdout: 'service.spawnit.dev/web\n' });
  t.match(await spawnctl(['label', 'svc/web', 'tier=back'], { kubeconfig }), { code: 5, stderr: /tier=front already: add --overwrite/ });
  t.match(await spawnctl(['label', 'svc/web', 'tier=back', '--overwrite'], { kubeconfig }), { code: 0 });
  t.match(await spawnctl(['label', 'svc/web', 'tier-'], { kubeconfig }), { code: 0 });
  t.match(await spawnctl(['get', 'svc', '-l', 'tier', '-o', 'name'], { kubeconfig }), { code: 0, stdout: '' });
  t.match(await spawnctl(['annotate', 'svc', 'web', 'example.org/why=because'], { kubeconfig }), { code: 0, stdout: 'service.spawnit.dev/web annotated\n' });
  t.match(await spawnctl(['label', 'svc', 'web'], { kubeconfig }), { code: 2 });
});

await t.test('a reader that has seen enough does not end an apply halfway', async (t) => {
  const names = Array.from({ length: 60 }, (_, i) => `many-${i}`);
  const child = spawn(process.execPath, [entry, 'apply', '-f', '-'], { env: { ...process.env, SPAWNIT_SERVER: undefined, SPAWNIT_TOKEN: undefined, KUBECONFIG: kubeconfig } });
  child.stdout.once('data', () => child.stdout.destroy());
  child.stdin.end(names.map((name) => web(name)).join('---\n'));
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  t.strictSame([code, said], [0, '']);
  const there = (await plane.as('admin').services.list({ namespace: 'default' })).items.map(({ metadata }) => metadata.name);
  t.strictSame(names.filter((name) => !there.includes(name)), []);
});
