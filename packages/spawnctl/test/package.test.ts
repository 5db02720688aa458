import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { web } from './manifests.js';
import { Plane } from './plane.js';

const run = promisify(execFile);
const own = fileURLToPath(new URL('../../', import.meta.url));

await t.test('the package installs alone, without a registry, and works without the repository', async (t) => {
  const dir = tempDir(t);
  const [packed, prefix, elsewhere] = ['packed', 'prefix', 'elsewhere'].map((name) => join(dir, name)) as [string, string, string];
  for (const folder of [packed, prefix, elsewhere]) mkdirSync(folder);
  await run('npm', ['pack', '--silent', '--pack-destination', packed], { cwd: own });
  t.notOk(existsSync(join(own, 'bundle')), 'what was made for it is gone again');
  const [tarball] = readdirSync(packed);
  await run('npm', ['install', '--global', '--offline', '--silent', '--prefix', prefix, join(packed, tarball!)], { cwd: elsewhere });
  const installed = join(prefix, 'lib', 'node_modules', '@spawnit', 'spawnctl');
  for (const file of ['LICENSE', 'THIRD-PARTY.md', 'README.md']) t.ok(existsSync(join(installed, file)), file);
  t.notOk(existsSync(join(installed, 'node_modules')), 'it needs no other package');

  const plane = await Plane.start(t);
  const spawnctl = async (args: string[], input = '') => {
    const env = { PATH: process.env.PATH, HOME: elsewhere, KUBECONFIG: plane.kubeconfig };
    const child = spawn(join(prefix, 'bin', 'spawnctl'), args, { cwd: elsewhere, env });
    child.stdin.end(input);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
    return { code, stdout, stderr };
  };
  t.match(await spawnctl(['version', '--client']), { code: 0, stdout: /^spawnctl \d+\.\d+\.\d+\n$/ });
  t.match(await spawnctl(['--help']), { code: 0, stdout: /apply[^]*Exit codes: 0 ok/ });
  t.match(await spawnctl(['apply', '-f', '-'], web('web')), { code: 0, stdout: 'service.spawnit.dev/web created\n', stderr: '' });
  t.match(await spawnctl(['get', 'svc', '-o', 'yaml']), { code: 0, stdout: /name: web/ });
  t.match(await spawnctl(['diff', '-f', '-'], web('web', '  environment: staging\n')), { code: 1, stdout: /\+ {2}environment: staging/ });
  t.match(await spawnctl(['apply', '-f', '-'], web('bad', '  nothing: 1\n')), { code: 1, stderr: /^standard input:7: spec\.nothing: unknown field/ });
});
