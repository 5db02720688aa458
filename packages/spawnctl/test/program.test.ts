import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { freePort, tempDir } from '@spawnit/testkit';
import { Plane } from './plane.js';
import { entry, spawnctl } from './spawnctl.js';

const home = tempDir(t);

await t.test('without a server it ends with 6 and says what to do', async (t) => {
  const server = `http://127.0.0.1:${await freePort()}`;
  const result = await spawnctl(['get', 'svc', '--server', server], { env: { HOME: home } });
  t.match(result, { code: 6, stdout: '', stderr: /^error: cannot reach http:.*ECONNREFUSED.*\n.*npm start/ });
  t.match(await spawnctl(['apply', '-f', '-', '-s', server], { input: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n' }), { code: 6, stderr: /cannot reach/ });
});

await t.test('without a kubeconfig it is a usage error that names the ways to give one', async (t) => {
  const none = { env: { HOME: join(home, 'nobody') } };
  t.match(await spawnctl(['get', 'svc'], none), { code: 2, stderr: /no kubeconfig at .*npm start.*SPAWNIT_SERVER and SPAWNIT_TOKEN/ });
  t.match(await spawnctl(['get', 'svc'], { env: { SPAWNIT_SERVER: 'nonsense' } }), { code: 2, stderr: /SPAWNIT_SERVER must be an address/ });
});

await t.test('help and the version of the client ask no server and load no kubeconfig', async (t) => {
  const none = { env: { HOME: join(home, 'nobody') } };
  t.match(await spawnctl(['--help'], none), { code: 0, stdout: /apply.*Exit codes: 0 ok/s, stderr: '' });
  t.match(await spawnctl(['get', '--help'], none), { code: 0, stdout: /--selector/ });
  t.match(await spawnctl(['version', '--client'], none), { code: 0, stdout: /^spawnctl \d+\.\d+\.\d+\n$/ });
  t.match(await spawnctl(['api-resources'], none), { code: 0, stdout: /^services +svc +spawnit\.dev\/v1 +true +Service$/m });
  t.match(await spawnctl(['wait', 'svc', 'x'], none), { code: 2, stderr: /--for/ });
});

await t.test('wrong usage is told with how it is meant, and what comes from elsewhere with what does it here', async (t) => {
  const wrong = (line: string, stderr: RegExp) => spawnctl(line.split(' '), { env: { SPAWNIT_SERVER: 'http://127.0.0.1:9' } }).then((result) => t.match(result, { code: 2, stdout: '', stderr }, line));
  await wrong('gett svc', /^error: unknown command 'gett'\n\(Did you mean get\?\)\n\(--help tells how\)\n$/);
  await wrong('exec web -- sh', /^error: unknown command 'exec'\n`spawnctl describe` shows addresses/);
  await wrong('restart web', /here it is `spawnctl rollout restart`/);
  await wrong('get --sort', /Did you mean --sort-by\?/);
  await wrong('logs', /missing required argument 'service'\n\(--help/);
  await wrong('explain pods', /there is no kind "pods".* \(kinds: namespaces, /);
  await wrong('describe hello', /there is no kind "hello"; of a service say `service hello` \(kinds: /);
  await wrong('apply web.yaml', /files are given with -f: spawnctl apply -f web\.yaml/);
  await wrong('diff web.yaml', /spawnctl diff -f web\.yaml/);
  await wrong('-s 127.0.0.1:7080 get svc', /such as http:\/\/127\.0\.0\.1:7080/);
  await wrong('-s http:// get svc', /such as http:\/\/127\.0\.0\.1:7080/);
  await wrong('describe svcs', /there is no kind "svcs"; did you mean "svc"\?/);
  await wrong('get servics', /did you mean "services"\?/);
});

await t.test('starting loads nothing heavy: that is what keeps it quick', async (t) => {
  for (const args of [['version', '--client'], ['--help'], ['get', '--help']]) {
    const { code, stderr } = await spawnctl(args, { env: { NODE_DEBUG: 'esm', HOME: home } });
    t.equal(code, 0);
    t.notMatch(stderr, /node_modules\/(zod|undici|yaml|diff)\//, args.join(' '));
    t.match(stderr, new RegExp(entry.replace(/.*packages/, 'packages').replaceAll('.', '\\.')), 'the listing of modules is there at all');
  }
});

await t.test('which server is meant, and as whom, is said by a kubeconfig or the environment', async (t) => {
  const plane = await Plane.start(t);
  const { kubeconfig } = plane;

  await t.test('a token that is not valid ends with 4, in a kubeconfig and on the command line', async (t) => {
    const bad = join(home, 'bad');
    writeFileSync(bad, readFileSync(kubeconfig, 'utf8').replace(/token: .*/, 'token: nonsense'));
    t.match(await spawnctl(['get', 'svc'], { kubeconfig: bad }), { code: 4, stderr: /^error: .*token.*\n.*kubeconfig/ });
    t.match(await spawnctl(['get', 'svc', '--token', plane.token('reconciler')], { kubeconfig }), { code: 0 });
    t.match(await spawnctl(['delete', 'ns', 'default', '--token', plane.token('scheduler')], { kubeconfig }), { code: 4, stderr: /forbidden/ });
  });

  await t.test('server and token can come from the environment', async (t) => {
    const env = { HOME: home, SPAWNIT_SERVER: plane.url, SPAWNIT_TOKEN: plane.token('admin') };
    t.match(await spawnctl(['get', 'ns', '-o', 'name'], { env }), { code: 0, stdout: 'namespace/default\n' });
    t.match(await spawnctl(['version'], { env }), { code: 0, stdout: /^spawnctl .*\nserver +v/ });
    t.match(JSON.parse((await spawnctl(['version', '-o', 'json'], { env })).stdout), { clientVersion: {}, serverVersion: {} });
  });

  await t.test('a server with another certificate is refused with what to do', async (t) => {
    const other = await Plane.start(t);
    const mixed = join(home, 'mixed');
    const address = /server: .*/;
    writeFileSync(mixed, readFileSync(kubeconfig, 'utf8').replace(address, address.exec(readFileSync(other.kubeconfig, 'utf8'))![0]));
    t.match(await spawnctl(['get', 'svc'], { kubeconfig: mixed }), { code: 6, stderr: /certificate.*data directory/s });
  });

  await t.test('config shows, and changes, a kubeconfig without spilling its tokens', async (t) => {
    const dir = join(home, 'dir');
    mkdirSync(dir);
    const own = join(dir, 'config');
    const content = readFileSync(kubeconfig, 'utf8').replace('contexts:', 'contexts: # mine\n  - name: second\n    context:\n      cluster: spawnit\n      user: admin');
    writeFileSync(own, content);
    chmodSync(own, 0o644);
    const view = await spawnctl(['config', 'view'], { kubeconfig: own });
    t.match(view, { code: 0, stdout: /token: REDACTED/ });
    t.notMatch(view.stdout, plane.token('admin'));
    t.match(await spawnctl(['config', 'get-contexts'], { kubeconfig: own }), { code: 0, stdout: /^\* +spawnit /m });
    t.match(await spawnctl(['config', 'use-context', 'second'], { kubeconfig: own }), { code: 0, stdout: 'switched to context "second"\n' });
    t.match(await spawnctl(['config', 'current-context'], { kubeconfig: own }), { code: 0, stdout: 'second\n' });
    t.equal(statSync(own).mode & 0o777, 0o600);
    t.match(await spawnctl(['config', 'set-namespace', 'elsewhere'], { kubeconfig: own }), { code: 0 });
    t.match(await spawnctl(['get', 'svc'], { kubeconfig: own }), { code: 0, stderr: 'No services found in namespace "elsewhere".\n' });
    t.match(readFileSync(own, 'utf8'), /# mine/, 'comments stay');
    t.match(await spawnctl(['config', 'use-context', 'secnd'], { kubeconfig: own }), { code: 3, stderr: /did you mean "second"/ });
    t.match(await spawnctl(['get', 'svc', '--context', 'none'], { kubeconfig: own }), { code: 2, stderr: /there are: second, spawnit/ });
  });

  await t.test('a context is renamed and deleted as kubectl does it: the one in use stays in use, clusters and users stay', async (t) => {
    const own = join(home, 'contexts');
    const second = '  - name: second\n    context:\n      cluster: spawnit\n      user: admin';
    writeFileSync(own, readFileSync(kubeconfig, 'utf8').replace('contexts:', `contexts: # mine\n${second}`));
    const config = (...args: string[]) => spawnctl(['config', ...args], { kubeconfig: own });
    t.match(await config('rename-context', 'spawnit', 'second'), { code: 5, stderr: /there is a context "second"/ });
    t.match(await config('rename-context', 'spawnt', 'home'), { code: 3, stderr: /did you mean "spawnit"/ });
    t.match(await config('rename-context', 'spawnit', 'home'), { code: 0, stdout: 'context "spawnit" renamed to "home"\n' });
    t.match(await config('current-context'), { code: 0, stdout: 'home\n' });
    t.match(await spawnctl(['get', 'svc'], { kubeconfig: own }), { code: 0 }, 'and still leads to the server');
    t.match(await config('delete-context', 'second'), { code: 0, stdout: `deleted context "second" from ${own}\n`, stderr: '' });
    t.match(await config('delete-context', 'home'), { code: 0, stderr: /the one in use.*use-context/ });
    t.match(await config('current-context'), { code: 1, stderr: /no current context/ });
    t.match(await config('get-contexts'), { code: 0, stdout: /^CURRENT +NAME +CLUSTER +USER +NAMESPACE\n$/ });
    t.match(readFileSync(own, 'utf8'), /clusters:[^]*server: [^]*users:[^]*token: /);
    t.match(readFileSync(own, 'utf8'), /# mine/, 'comments stay');
  });
});
