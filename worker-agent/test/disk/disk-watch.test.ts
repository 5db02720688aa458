import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { levelOf } from '../../src/disk/disk-watch.js';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, jobFor, serviceFor } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

t.setTimeout(600_000);

t.test('caches go from 85 % on, no job begins from 95 % on', async (t) => {
  t.same([0, 0.849, 0.85, 0.949, 0.95, 1].map(levelOf), ['Room', 'Room', 'Filling', 'Filling', 'Full', 'Full']);
});

t.test('on a real disk that fills up warm workdirs go, but for a state that was not handed in; full, it says so and begins nothing; with room again it goes on', async (t) => {
  const dataDir = tempDir(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', dataDir]);
  t.teardown(() => void execFileSync('umount', ['--lazy', dataDir]));
  const api = await startApiserverStandIn(t);
  const base = agentConfig(t, api.url);
  const warm = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'].map((uid) => join(dataDir, 'workdirs', 'services', uid));
  for (const dir of warm) mkdirSync(dir, { recursive: true });
  writeFileSync(join(warm[1]!, 'errored.tfstate'), '{}');
  api.inventory = { uids: warm.map((dir) => dir.slice(-36)), namespaces: [] };
  startAgent(t, { ...base, dataDir, times: { ...base.times, heartbeatMs: 200, sweepMs: 300 } });
  const pressure = () => api.heartbeats.at(-1)?.status.conditions?.find(({ type }) => type === 'DiskPressure');
  const told = (reason: string) => waitFor(() => pressure()?.reason === reason, { what: `the node to say ${reason}` });
  await told('Room');
  t.ok(existsSync(warm[0]!));

  fillTo(dataDir, 0.9);
  await told('Filling');
  t.match(pressure(), { status: 'False' });
  await waitFor(() => !existsSync(warm[0]!), { what: 'the warm workdir to go' });
  t.ok(existsSync(join(warm[1]!, 'errored.tfstate')), 'the state stays');

  fillTo(dataDir, 1);
  await told('Full');
  t.match(pressure(), { status: 'True', message: /no new job begins/ });
  const inputs = await serviceFor(t, api);
  api.inventory = undefined;
  const job = jobFor(inputs);
  api.assign(job, { type: 'Apply', inputs });
  const beats = api.heartbeats.length;
  await waitFor(() => api.heartbeats.length > beats + 5, { what: 'some more heartbeats' });
  t.equal(api.claims, 0, 'it is not claimed');

  rmSync(join(dataDir, 'filler-1'));
  rmSync(join(dataDir, 'filler-0.9'));
  const finish = await waitFor(() => api.finished.get(`${inputs.namespace}/${job.metadata.name}`), { what: 'the job to be done now' });
  t.match(finish, { phase: 'Succeeded' });
});

/** Fills the disk of a folder up to a share, really. */
function fillTo(dir: string, share: number): void {
  const { blocks, bavail, bsize } = statfsSync(dir);
  const bytes = Math.floor((share - (1 - bavail / blocks)) * blocks) * bsize;
  writeFileSync(join(dir, `filler-${share}`), Buffer.alloc(bytes, 'x'));
}
