import { leaseKind, type Lease, type Node, type Service } from '@spawnit/contract';
import { freePort, tempDir, waitFor } from '@spawnit/testkit';
import { join } from 'node:path';
import t from 'tap';
import { backupCheck, leaderChecks, nodeCheck, serviceCheck } from '../../src/doctor/server-checks.js';
import { Plane } from '../plane.js';
import { spawnctl } from '../spawnctl.js';
import { obliging, StandInAgent } from '../stand-in-agent.js';

await t.test('each fault has what mends it, and what is well has nothing to mend', async (t) => {
  const node = (name: string, status: string, unschedulable = false) => ({ metadata: { name }, spec: { unschedulable }, status: { conditions: [{ type: 'Ready', status }] } }) as unknown as Node;
  t.match(nodeCheck([]), { found: 'there is none', mend: /join token/ });
  t.match(nodeCheck([node('a', 'True'), node('b', 'Unknown')]), { found: '1 of 2 ready; not ready: b', mend: /describe node b/ });
  t.match(nodeCheck([node('a', 'True', true)]), { mend: '`spawnctl uncordon a`' });
  t.strictSame(nodeCheck([node('a', 'True')]), { what: 'nodes', found: '1 of 1 ready' });
  const lease = (name: string, holder?: string, ageSeconds?: number) => ({ metadata: { name }, spec: { holder }, status: { ageSeconds } }) as unknown as Lease;
  t.strictSame(leaderChecks([lease('reconciler', 'h', 1), lease('scheduler', undefined, 1), lease('drift-controller', 'h', 60)]).map(({ mend }) => mend !== undefined), [false, true, true]);
  const service = (status: string) => ({ metadata: { name: 'web', namespace: 'n' }, status: { conditions: [{ type: 'Stalled', status, message: 'no image' }] } }) as unknown as Service;
  t.match(serviceCheck([service('True'), service('False')]), { found: 'of 2, 1 stuck and 0 failing, such as n/web: no image', mend: /describe service web -n n/ });
  const failing = { metadata: { name: 'db', namespace: 'n' }, status: { phase: 'Failed', conditions: [{ type: 'Ready', status: 'False', message: 'the port is taken' }] } } as unknown as Service;
  t.match(serviceCheck([service('False'), failing]), { found: 'of 2, 0 stuck and 1 failing, such as n/db: the port is taken', mend: /describe service db -n n/ });
  t.strictSame(serviceCheck([]), { what: 'services', found: '0, none stuck or failing' });
  t.match(backupCheck({ last: { outcome: 'Failed', message: 'no bucket' }, backups: [] } as never), { mend: /tries again/ });
});

await t.test('doctor looks at the server and at this machine, and tells all faults at once', async (t) => {
  const dataDir = join(tempDir(t), 'data');
  const nowhere = { kubeconfig: join(dataDir, 'none'), env: { HOME: dataDir, DOCKER_HOST: 'unix:///nowhere/docker.sock' } };
  const lost = await spawnctl(['doctor', '--data-dir', dataDir, '--port', String(await freePort())], nowhere);
  t.match(lost, { code: 1, stderr: /^error: \d of \d need mending\n$/ });
  t.match(lost.stdout, /^✓ Node: \d/m);
  t.match(lost.stdout, /^✗ Docker engine: .*\n {4}→ /m);
  t.match(lost.stdout, /^✓ port \d+: free$/m);
  t.match(lost.stdout, /^✓ disk: \d+ MB free/m);
  t.match(lost.stdout, /^✗ kubeconfig: no kubeconfig at .*\n {4}→ `npm start` writes one/m);

  const plane = await Plane.start(t);
  const ctl = () => spawnctl(['doctor', '-o', 'json', '--data-dir', dataDir], { kubeconfig: plane.kubeconfig });
  const before = JSON.parse((await ctl()).stdout) as { what: string; mend?: string }[];
  const faultOf = (checks: typeof before, what: string) => checks.find((check) => check.what === what)?.mend;
  t.match(faultOf(before, 'reconciler'), /start it/);
  t.match(faultOf(before, 'nodes'), /worker-agent/);
  for (const name of ['reconciler', 'scheduler'] as const) plane.startController(name);
  await StandInAgent.join(t, plane, 'star-1', obliging);
  await spawnctl(['wait', 'node/star-1', '--for=condition=Ready', '--timeout=180s'], { kubeconfig: plane.kubeconfig });
  await waitFor(async () => (await plane.as('admin').of<Lease>(leaseKind).list()).items.filter(({ spec }) => spec.holder).length === 2, { what: 'both to lead' });
  const after = JSON.parse((await ctl()).stdout) as typeof before;
  for (const what of ['reconciler', 'scheduler', 'nodes', 'token']) t.equal(faultOf(after, what), undefined, what);
  t.match(faultOf(after, 'drift-controller'), /logs\/drift-controller\.log/);
  t.match(await spawnctl(['doctor', '--token', 'bad', '--data-dir', dataDir], { kubeconfig: plane.kubeconfig }), { code: 1, stdout: /✗ token: .*\n {4}→ / });
});
