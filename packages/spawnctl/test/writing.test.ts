import { createServer, request } from 'node:http';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { tempDir } from '@spawnit/testkit';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { entry as entryPath, spawnctl } from './spawnctl.js';

const plane = await Plane.start(t);
const { kubeconfig } = plane;
const admin = plane.as('admin');
const dir = tempDir(t);
let count = 0;
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });
const apply = (input: string, ...args: string[]) => spawnctl(['apply', '-f', '-', ...args], { kubeconfig, input });
const withLabel = (name: string) => web(name).replace(`name: ${name}`, `name: ${name}\n  labels: {app: shop}`);

await t.test('apply reads addresses, and folders with what is below them', async (t) => {
  const server = createServer(({ url }, answer) => void answer.writeHead(url === '/web.yaml' ? 200 : 404).end(web('far'))).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.match(await ctl('apply', '-f', `${base}/web.yaml`), { code: 0, stdout: 'service.spawnit.dev/far created\n' });
  t.match(await ctl('apply', '-f', `${base}/none.yaml`), { code: 3, stderr: /none\.yaml: HTTP 404/ });
  t.match(await ctl('apply', '-f', 'http://127.0.0.1:1/web.yaml'), { code: 6, stderr: /^error: http:\/\/127\.0\.0\.1:1\/web\.yaml: / });
  mkdirSync(join(dir, 'all', 'deep'), { recursive: true });
  writeFileSync(join(dir, 'all', 'a.yaml'), web('near'));
  writeFileSync(join(dir, 'all', 'deep', 'b.yaml'), web('deep'));
  t.match(await ctl('apply', '-f', join(dir, 'all'), '--dry-run=server'), { stdout: 'service.spawnit.dev/near created (server dry run)\n' });
  t.match(await ctl('apply', '-R', '-f', join(dir, 'all'), '-o', 'name'), { code: 0, stdout: 'service.spawnit.dev/near\nservice.spawnit.dev/deep\n' });
});

await t.test('--prune deletes what an apply made and no file declares any more, and nothing else', async (t) => {
  await apply([withLabel('kept'), withLabel('old'), web('other')].join('---\n'));
  await spawnctl(['create', '-f', '-'], { kubeconfig, input: withLabel('by-hand') });
  t.match(await apply(withLabel('kept'), '--prune'), { code: 2, stdout: '', stderr: /say among which, with -l LABELS or --all/ });
  t.match(await apply(withLabel('kept'), '-l', 'app=shop'), { code: 2 });
  const dry = await apply(withLabel('kept'), '--prune', '-l', 'app=shop', '--dry-run=server');
  t.match(dry, { code: 0, stdout: 'service.spawnit.dev/kept unchanged (server dry run)\nservice.spawnit.dev/old pruned (server dry run)\n' });
  t.notOk((await admin.services.get('old', 'default')).metadata.deletionTimestamp);
  t.match(await apply(`${withLabel('kept')}---\n${web('bad', '  nothing: 1\n')}`, '--prune', '-l', 'app=shop'), { code: 1, stdout: 'service.spawnit.dev/kept unchanged\n' }, 'nothing is pruned after a fault');
  t.match(await apply(withLabel('kept'), '--prune', '-l', 'app=shop'), { code: 0, stdout: /old pruned\n$/ });
  t.ok((await admin.services.get('old', 'default')).metadata.deletionTimestamp);
  for (const name of ['other', 'by-hand']) t.notOk((await admin.services.get(name, 'default')).metadata.deletionTimestamp, name);
});

await t.test('edit sends what was changed, and only that', async (t) => {
  const edit = (script: string, ...args: string[]) => spawnctl(['edit', ...args], { kubeconfig, env: { KUBE_EDITOR: editor(script), TMPDIR: dir } });
  t.match(await edit('sed -i "s/environment: development/environment: staging/" "$1"', 'svc/kept'), { code: 0, stdout: 'service.spawnit.dev/kept edited\n' });
  t.equal((await admin.services.get('kept', 'default')).spec.environment, 'staging');
  t.match(await edit('true', 'svc', 'kept'), { code: 0, stdout: '', stderr: 'Edit cancelled, nothing was changed.\n' });
  t.match(await edit(': > "$1"', 'kept'), { code: 0, stderr: /cancelled/ });
  t.match(await edit('sed -i "s/name: kept/name: kopt/" "$1"', 'kept'), { code: 2, stderr: /can't be changed/ });
  t.match(await edit('exit 3', 'kept'), { code: 1, stderr: /ended with code 3[^]*your text is kept in / });
  t.match(await edit('true', 'nope'), { code: 3 });
});

await t.test('edit shows what was refused in the editor again, and keeps the text when it is given up', async (t) => {
  const seen = join(dir, 'seen');
  const result = await spawnctl(['edit', 'kept'], { kubeconfig, env: { EDITOR: editor(`cp "$1" ${seen}; sed -i "s/environment: staging/environment: nowhere/" "$1"`), TMPDIR: dir } });
  t.match(result, { code: 1, stdout: '', stderr: /spec\.environment.*\n[^]*your text is kept in / });
  t.match(readFileSync(seen, 'utf8'), /^# error: .*spec\.environment/m);
  t.match(readFileSync(/kept in (.*)/.exec(result.stderr)![1]!, 'utf8'), /environment: nowhere/);
});

await t.test('edit goes past a status that moved on, and stops at the same field changed by another', async (t) => {
  const meanwhile = (patch: string, own: string) => editor(`"${process.execPath}" "${entryPath}" patch svc kept -p '${patch}' >/dev/null && sed -i '${own}' "$1"`);
  const run = (editorPath: string) => spawnctl(['edit', 'kept'], { kubeconfig, env: { EDITOR: editorPath, TMPDIR: dir } });
  t.match(await run(meanwhile('{"metadata":{"labels":{"a":"b"}}}', 's/environment: staging/environment: production/')), { code: 0, stdout: /edited/ });
  t.match((await admin.services.get('kept', 'default')), { metadata: { labels: { a: 'b', app: 'shop' } }, spec: { environment: 'production' } });
  const clash = await run(meanwhile('{"spec":{"environment":"staging"}}', 's/environment: production/environment: development/'));
  t.match(clash, { code: 5, stderr: /spec\.environment was changed by somebody else[^]*your text is kept in / });
  t.equal((await admin.services.get('kept', 'default')).spec.environment, 'staging');
});

await t.test('edit without the block of annotations, or of labels, takes those away that were shown', async (t) => {
  const hidden = 'kubectl.kubernetes.io/last-applied-configuration';
  const edit = (script: string) => spawnctl(['edit', 'blocks'], { kubeconfig, env: { EDITOR: editor(script), TMPDIR: dir } });
  await apply(web('blocks').replace('name: blocks', 'name: blocks\n  labels: {app: shop}\n  annotations:\n    note: mine'));
  t.match(await edit('sed -i "/annotations:/d; /note: mine/d; /author:/d; s/^  labels:.*/  labels: {}/; /app: shop/d" "$1"'), { code: 0, stdout: /edited/ });
  const { labels, annotations } = (await admin.services.get('blocks', 'default')).metadata;
  t.ok(annotations?.[hidden]);
  t.notOk(annotations?.['note']);
  t.notOk(labels?.['app']);
  t.match(await edit('sed -i "/annotations:/d; /author:/d; s/^  name:/  annotations:\\n  name:/" "$1"'), { code: 0, stdout: /unchanged/ }, 'an empty block that was not there says nothing');
  t.ok((await admin.services.get('blocks', 'default')).metadata.annotations?.[hidden]);
});

await t.test('edit whose answer was lost on the way is no conflict with itself', async (t) => {
  await apply(withLabel('lossy'));
  const { url, lost } = await losingNetwork(t);
  const script = editor('sed -i "s/environment: development/environment: staging/; /app: shop/d" "$1"');
  const result = await spawnctl(['edit', 'lossy'], { env: { SPAWNIT_SERVER: url, SPAWNIT_TOKEN: plane.token('admin'), EDITOR: script, TMPDIR: dir } });
  t.match(result, { code: 0, stdout: 'service.spawnit.dev/lossy edited\n', stderr: '' });
  t.equal(lost(), 1);
  t.equal((await admin.services.get('lossy', 'default')).spec.environment, 'staging');
});

await t.test('nor is that of a secret, which stands in another form than it was sent; another one given meanwhile is', async (t) => {
  const cache = (password: string) => `apiVersion: spawnit.dev/v1\nkind: Service\nmetadata: {name: cache}\nspec:\n  template: redis\n  parameters: {password: ${password}}\n`;
  t.match(await apply(cache('first-secret')), { code: 0 });
  const { url, lost } = await losingNetwork(t);
  const type = (password: string) => `sed -i "/sealed:/d; s/password:.*/password: ${password}/" "$1"`;
  const result = await spawnctl(['edit', 'cache'], { env: { SPAWNIT_SERVER: url, SPAWNIT_TOKEN: plane.token('admin'), EDITOR: editor(type('second-secret')), TMPDIR: dir } });
  t.match(result, { code: 0, stdout: 'service.spawnit.dev/cache edited\n', stderr: '' });
  t.equal(lost(), 1);
  const other = `"${process.execPath}" "${entryPath}" patch svc cache -p '{"spec":{"parameters":{"password":"others-secret"}}}' >/dev/null`;
  const clash = await spawnctl(['edit', 'cache'], { kubeconfig, env: { EDITOR: editor(`${other} && ${type('third-secret')}`), TMPDIR: dir } });
  t.match(clash, { code: 5, stderr: /spec\.parameters\.password was changed by somebody else/ });
});

/** A stand-in for a network that loses the answer to the first change. */
async function losingNetwork(t: Test): Promise<{ url: string; lost(): number }> {
  let lost = 0;
  const network = createServer((asked, answer) => {
    const onward = request(plane.url + asked.url, { method: asked.method, headers: asked.headers }, (given) => {
      if (asked.method === 'PATCH' && lost++ === 0) return void given.resume().on('end', () => asked.socket.destroy());
      given.pipe(answer.writeHead(given.statusCode!, given.headers));
    });
    asked.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(network, 'listening');
  t.teardown(() => network.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(network.address() as AddressInfo).port}`, lost: () => Math.min(lost, 1) };
}

await t.test('patch changes fields, or says what is wrong with the patch', async (t) => {
  t.match(await ctl('patch', 'svc', 'kept', '-p', '{"spec":{"suspend":true}}'), { code: 0, stdout: 'service.spawnit.dev/kept patched\n' });
  t.match(await ctl('patch', 'svc', 'kept', '-p', 'spec: {suspend: true}'), { code: 0, stdout: 'service.spawnit.dev/kept unchanged\n' });
  t.match(await ctl('patch', 'svc', 'kept', '--type=json', '-p', '[{"op":"replace","path":"/spec/suspend","value":false}]', '-o', 'jsonpath={.spec.suspend}'), { code: 0, stdout: 'false\n' });
  t.match(await ctl('patch', 'svc', 'kept', '-p', '[1]'), { code: 2, stderr: /must be a mapping/ });
  t.match(await ctl('patch', 'svc', 'kept', '-p', '{"spec":{"suspnd":true}}'), { code: 1, stderr: /did you mean "suspend"/ });
});

function editor(script: string): string {
  const file = join(dir, `editor-${count++}`);
  writeFileSync(file, `export KUBECONFIG=${kubeconfig}\n${script}\n`);
  return `sh ${file}`;
}
