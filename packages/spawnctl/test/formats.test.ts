import t from 'tap';
import { golden } from './golden.js';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { onTerminal, spawnctl, startSpawnctl } from './spawnctl.js';

const plane = await Plane.start(t);
const { kubeconfig } = plane;
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });
const names = ['web-10', 'web-9', 'api'];
await spawnctl(['apply', '-f', '-'], { kubeconfig, input: names.map((name, i) => web(name, `  environment: ${i === 0 ? 'production' : 'staging'}\n`)).join('---\n') });
await ctl('label', 'svc', 'web-9', 'tier=front');

await t.test('tables look as they always did, in a pipe and under a terminal', async (t) => {
  golden(t, 'get-services', (await ctl('get', 'svc')).stdout);
  golden(t, 'get-services-wide', (await ctl('get', 'svc', '-o', 'wide')).stdout);
  golden(t, 'get-services-all-labels', (await ctl('get', 'svc', '-A', '--show-labels')).stdout);
  t.match((await ctl('get', 'svc', '-L', 'tier,example.org/app')).stdout, /^NAME .* AGE +TIER +APP\n[^]*^web-9 .* front$/m);
  golden(t, 'get-several-kinds', (await ctl('get', 'svc,ns')).stdout);
  golden(t, 'get-templates', (await ctl('get', 'templates')).stdout);
  const { code, seen } = await onTerminal(['get', 'svc'], { kubeconfig });
  t.equal(code, 0);
  golden(t, 'get-services', seen);
});

await t.test('jsonpath and custom-columns cut out what is asked for', async (t) => {
  t.match(await ctl('get', 'svc', 'api', '-o', 'jsonpath={.spec.environment}'), { code: 0, stdout: /^staging$/, stderr: '' });
  t.match(await ctl('get', 'svc', '-o', 'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}'), { code: 0, stdout: 'api\nweb-10\nweb-9\n' });
  t.match(await ctl('get', 'svc', '-o', 'custom-columns=NAME:.metadata.name,ENV:.spec.environment,URL:.status.url'), { code: 0, stdout: 'NAME     ENV          URL\napi      staging      <none>\nweb-10   production   <none>\nweb-9    staging      <none>\n' });
  t.match(await ctl('get', 'svc', '--no-headers', '-o', 'custom-columns=N:.metadata.name'), { code: 0, stdout: 'api\nweb-10\nweb-9\n' });
  t.match(await ctl('get', 'svc', '-o', 'jsonpath={.a'), { code: 2, stdout: '', stderr: /^error: jsonpath: the \{ at "\{\.a" is not closed/ });
  t.match(await ctl('get', 'svc', '-o', 'custom-columns=NAME'), { code: 2, stderr: /NAME:PATH/ });
});

await t.test('--sort-by orders tables and whole resources', async (t) => {
  const sorted = await ctl('get', 'svc', '--sort-by=.spec.environment', '--no-headers');
  t.match(sorted, { code: 0, stdout: /^web-10 [^]*\n(api|web-9) / });
  t.match(await ctl('get', 'svc', '--sort-by', '{.metadata.name}', '-o', 'name'), { code: 0, stdout: /\/api\n.*\/web-9\n.*\/web-10\n$/ });
  t.match(await ctl('get', 'svc', '--sort-by=.spec.nothing'), { code: 2, stderr: /none of them has \.spec\.nothing/ });
});

await t.test('a list that comes in pages is the same list', async (t) => {
  t.equal((await ctl('get', 'svc', '--chunk-size=1', '-o', 'name')).stdout, (await ctl('get', 'svc', '-o', 'name')).stdout);
  t.match((await ctl('get', 'svc', '--chunk-size=1')).stdout, /^NAME .*\napi .*\nweb-10 .*\nweb-9 .*\n$/);
  t.match(await ctl('get', 'svc', '--field-selector', 'spec.environment=production', '-o', 'name'), { stdout: 'service.spawnit.dev/web-10\n' });
});

await t.test('a watch with jsonpath writes a line for each change', async (t) => {
  const watch = startSpawnctl(t, ['get', 'svc', 'api', '-w', '-o', 'jsonpath={.metadata.labels.tier}/{.metadata.name}'], kubeconfig);
  await watch.waitForLine(/^\/api/);
  await ctl('label', 'svc', 'api', 'tier=back');
  await watch.waitForLine(/back\/api$/);
  watch.kill('SIGINT');
  t.match(await watch.exited, { code: 130 });
});

await t.test('a word that is nearly one is answered with the one that was meant', async (t) => {
  t.match(await ctl('aply'), { code: 2, stderr: /unknown command 'aply'[^]*Did you mean apply\?/ });
  t.match(await ctl('get', 'svc', '--selectr', 'a=b'), { code: 2, stderr: /unknown option '--selectr'[^]*Did you mean --selector\?/ });
  t.match(await ctl('get', 'servces'), { code: 2, stderr: /did you mean "services"/ });
  t.match(await ctl(), { code: 2, stderr: /Usage: spawnctl/ });
});

await t.test('another kubeconfig can be named, and a deletion tried', async (t) => {
  const nowhere = { kubeconfig: '/nowhere/config' };
  t.match(await spawnctl(['get', 'svc', 'api', '-o', 'name', '--kubeconfig', kubeconfig], nowhere), { code: 0, stdout: 'service.spawnit.dev/api\n' });
  t.match(await spawnctl(['config', 'current-context', '--kubeconfig', kubeconfig], nowhere), { code: 0, stdout: /\S/ });
  t.match(await ctl('delete', 'svc', 'api', '--dry-run=server'), { code: 0, stdout: 'service/api deleted (server dry run)\n' });
  t.notOk((await plane.as('admin').services.get('api', 'default')).metadata.deletionTimestamp);
  t.match(await ctl('delete', 'svc', 'api', '--cascade=orphan'), { code: 1, stderr: /suspend it/ });
  t.match(await ctl('delete', 'svc', 'api', '--cascade=never'), { code: 2, stderr: /foreground, background, orphan/ });
  t.match(await ctl('auth', 'can-i', '--list'), { code: 0, stdout: /^RESOURCES +RESOURCE NAMES +VERBS\n[^]*^services\.spawnit\.dev +\[\] +\[.*delete/m });
});
