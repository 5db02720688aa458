import { processesNaming, tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { killProcess, processesOf, runMark } from '../../src/tofu/process-group.js';
import { RunFolders } from '../../src/tofu/run-folders.js';
import { startTofu } from '../../src/tofu/run.js';
import { fakeTofu } from '../stand-ins/path.js';

function hanging(t: Teardown, mark: string, times = { cancelAgainMs: 60_000, cancelKillMs: 10_000 }) {
  const folder = tempDir(t);
  const output: string[] = [];
  const env = { PATH: process.env['PATH']!, [runMark]: mark };
  const tofu = startTofu({ tofu: fakeTofu('that-hangs'), args: ['apply'], cwd: folder, env, folder, onOutput: (text) => output.push(text.toString()), times });
  t.teardown(() => endAll(mark));
  return { tofu, output, started: () => waitFor(() => output.join('').includes('hanging'), { what: 'it to hang' }) };
}
const left = (mark: string) => processesOf(new Set([mark])).length;
const endAll = (mark: string) => processesOf(new Set([mark])).forEach(killProcess);

t.test('a kill takes the whole group', async (t) => {
  const { tofu, started } = hanging(t, 'kill-test');
  await started();
  t.equal(left('kill-test'), 2, 'it and its child');
  tofu.kill();
  t.equal((await tofu.exit).signal, 'SIGKILL');
  await waitFor(() => left('kill-test') === 0, { what: 'the whole group to be gone' });
});

t.test('a stop asks once, asks again, and then ends the group by force', async (t) => {
  const { tofu, output, started } = hanging(t, 'stop-test', { cancelAgainMs: 2_000, cancelKillMs: 2_000 });
  await started();
  tofu.stop();
  tofu.stop();
  t.equal((await tofu.exit).signal, 'SIGKILL');
  t.equal(output.join('').split('asked to end').length - 1, 2);
  await waitFor(() => left('stop-test') === 0, { what: 'the whole group to be gone' });
});

t.test('tofu dies with the process that started it', async (t) => {
  const module = new URL('../../src/tofu/run.js', import.meta.url).href;
  const folder = tempDir(t);
  t.teardown(() => endAll('death-test'));
  const code = `const { startTofu } = await import(${JSON.stringify(module)});
    startTofu({ tofu: ${JSON.stringify(fakeTofu('that-hangs'))}, args: ['apply'], cwd: ${JSON.stringify(folder)}, env: { PATH: process.env.PATH, ${runMark}: 'death-test' },
      folder: ${JSON.stringify(folder)}, onOutput: (text) => process.stdout.write(text), times: { cancelAgainMs: 1e6, cancelKillMs: 1e6 } });`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  await waitFor(() => processesNaming(fakeTofu('that-hangs')).every(({ pid }) => !processesOf(new Set(['death-test'])).includes(pid)), { what: 'tofu to die with its parent' });
});

t.test('a sweep ends what a former agent left, and nothing else', async (t) => {
  const folders = new RunFolders(tempDir(t));
  const run = await folders.create();
  const survivor = (mark: string) => spawn('sleep', ['1000'], { env: { PATH: process.env['PATH'], [runMark]: mark }, stdio: 'ignore', detached: true });
  const ours = survivor(run.id);
  const another = survivor('of-another-agent');
  t.teardown(() => another.kill());
  await waitFor(() => left(run.id) === 1 && left('of-another-agent') === 1, { what: 'both to run' });
  const gone = once(ours, 'exit');
  t.equal(await folders.sweep(), 1);
  await gone;
  t.equal(left('of-another-agent'), 1);
  t.equal(await folders.sweep(), 0, 'its folder is gone');
});

t.test('a tofu that is not there is told as that', async (t) => {
  const folder = tempDir(t);
  const { exit } = startTofu({ tofu: '/nowhere/tofu', args: ['plan'], cwd: folder, env: {}, folder, onOutput: () => undefined, times: { cancelAgainMs: 1, cancelKillMs: 1 } });
  const { code, startError, lastWords } = await exit;
  t.ok(startError !== undefined || /nowhere/.test(lastWords), `${code} ${startError} ${lastWords}`);
});

t.test('setpriv, by which a child dies with its parent, is on this machine', async (t) => {
  t.match(execFileSync('setpriv', ['--version']).toString(), /util-linux/);
});
