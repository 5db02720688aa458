import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { Plane } from './plane.js';
import { obliging, StandInAgent } from './stand-in-agent.js';

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('../../../../', import.meta.url));
const page = readFileSync(join(checkout, 'docs', 'client.md'), 'utf8');
const program = /```js\n([^]*?)```/.exec(page)![1]!;

await t.test('the program of docs/client.md deploys and waits, far from this repository', async (t) => {
  t.ok(program.split('\n').filter((line) => line.trim() !== '').length <= 20, 'twenty lines are enough');
  const plane = await Plane.start(t);
  plane.startController('reconciler');
  plane.startController('scheduler');
  const dir = tempDir(t);
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  writeFileSync(join(dir, 'deploy.js'), program);
  mkdirSync(join(dir, 'packed'));
  await run('npm', ['pack', '--silent', '--pack-destination', join(dir, 'packed')], { cwd: join(checkout, 'packages', 'contract') });
  await run('npm', ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', join(dir, 'packed', 'spawnit-contract-0.1.0.tgz')], { cwd: dir });
  const env = { ...process.env, SPAWNIT_SERVER: plane.url, SPAWNIT_TOKEN: plane.token('admin'), NODE_OPTIONS: '', NODE_V8_COVERAGE: undefined };
  writeFileSync(join(dir, 'impatient.js'), program.replace('AbortSignal.timeout(120_000)', 'AbortSignal.timeout(1_000)'));
  const impatient = run(process.execPath, ['impatient.js'], { cwd: dir, env });
  await t.rejects(impatient, { code: 1, stdout: 'shop created\n', stderr: /shop is not ready/ }, 'what is not ready in time is not told to be');
  await StandInAgent.join(t, plane, 'star-1', obliging);
  const first = await run(process.execPath, ['deploy.js'], { cwd: dir, env });
  t.equal(first.stdout, 'shop unchanged\nshop is ready\n');
  t.equal((await run(process.execPath, ['deploy.js'], { cwd: dir, env })).stdout, 'shop unchanged\nshop is ready\n', 'a second run changes nothing');
  t.equal((await plane.as('admin').services.get('shop', 'default')).status?.phase, 'Ready');
});
