import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { takeDataDir } from '../src/data-dir.js';

const startOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')[19];

t.test('a folder that a living agent has is refused; let go, or left by a dead one, it is taken', async (t) => {
  const dir = tempDir(t);
  const other = spawn('sleep', ['1000']);
  t.teardown(() => other.kill());
  writeFileSync(join(dir, 'agent.pid'), `${other.pid} ${startOf(other.pid!)}`);
  await t.rejects(takeDataDir(dir), { message: /in use by another agent/ });
  other.kill('SIGKILL');
  await once(other, 'exit');
  const release = await takeDataDir(dir);
  await release();
  await (await takeDataDir(dir))();
});

t.test('an id that was given to another process since does not hold it', async (t) => {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'agent.pid'), `${process.ppid} 12345`);
  await (await takeDataDir(dir))();
});

t.test('a process that has ended but was not waited for does not hold it', async (t) => {
  const dir = tempDir(t);
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => parent.kill());
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const start = await waitFor(() => (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')) ? startOf(pid) : ''), { what: 'it to be a zombie' });
  writeFileSync(join(dir, 'agent.pid'), `${pid} ${start}`);
  await (await takeDataDir(dir))();
});

t.test('of several that are started at one instant one gets it, and its end gives it back', async (t) => {
  const dir = tempDir(t);
  const module = new URL('../src/data-dir.js', import.meta.url).href;
  const script = `const { takeDataDir } = await import('${module}'); process.stdin.once('data', () => takeDataDir('${dir}').then(() => console.log('taken'), ({ message }) => console.log(message))); console.log('waiting')`;
  const agents = Array.from({ length: 6 }, () => spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['pipe', 'pipe', 'inherit'] }));
  t.teardown(() => agents.forEach((agent) => agent.kill('SIGKILL')));
  const said = agents.map(() => '');
  for (const [i, agent] of agents.entries()) agent.stdout.on('data', (text: Buffer) => void (said[i] = `${said[i]}${text}`));
  await waitFor(() => said.every((text) => text === 'waiting\n'), { what: 'all to be ready' });
  for (const agent of agents) agent.stdin.write('now');
  await waitFor(() => said.every((text) => text.split('\n').length > 2), { what: 'all to have tried' });
  t.equal(said.filter((text) => /taken/.test(text)).length, 1);
  t.equal(said.filter((text) => /in use by another agent/.test(text)).length, 5);
  const winner = agents[said.findIndex((text) => /taken/.test(text))]!;
  winner.kill('SIGKILL');
  await once(winner, 'exit');
  await (await takeDataDir(dir))();
});
