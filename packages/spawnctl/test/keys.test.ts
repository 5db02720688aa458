import t from 'tap';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { spawnctl } from './spawnctl.js';

const plane = await Plane.start(t);
const { kubeconfig } = plane;
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });

await t.test('admin rotate-key --wait ends when all is sealed anew, and admin keys says what became of the old key', async (t) => {
  await spawnctl(['apply', '-f', '-'], { kubeconfig, input: web('web') });
  const [before = ''] = (await ctl('admin', 'keys', '-o', 'name')).stdout.trim().split('\n');
  t.match(before, /^[0-9a-f]{16}$/);
  t.match(await ctl('admin', 'rotate-key', '--wait', '--timeout=180s'), { code: 0, stdout: /^key [0-9a-f]{16} seals from now on\nall that is named is sealed with it\n$/, stderr: new RegExp(`key ${before}: is destroyed when the log no longer reaches back to sequence \\d+`) });
  const { stdout, stderr } = await ctl('admin', 'keys');
  t.match(stdout, /^KEY +STATE +RECORDS +STATES +AGE +BY +NOTE\n/);
  t.match(stdout, new RegExp(`^${before} +Emptied +0 +0 `, 'm'));
  t.match(stdout, /^[0-9a-f]{16} +Active +0 +0 .*user:admin$/m);
  t.match(stderr, /^wrapped with the root key of fingerprint [0-9a-f]{32}$/m);
  t.match(await ctl('admin', 'keys', '-o', 'wide'), { code: 2 });
  t.match(await spawnctl(['admin', 'rotate-key'], { kubeconfig, env: { SPAWNIT_SERVER: plane.url, SPAWNIT_TOKEN: plane.token('reconciler') } }), { code: 4, stderr: /for admins/ });
});

await t.test('state commands say what there is, and refuse what there is not', async (t) => {
  t.match(await ctl('state', 'list', 'web'), { code: 0, stdout: '', stderr: 'service "web" has no state yet: nothing was applied.\n' });
  t.match(await ctl('state', 'pull', 'web'), { code: 3, stderr: /has no state: nothing was ever applied/ });
  t.match(await ctl('state', 'restore', 'web', '--serial', '3'), { code: 3 });
  t.match(await ctl('state', 'restore', 'web'), { code: 2, stderr: /--serial/ });
  t.match(await ctl('state', 'show', 'node/x'), { code: 2, stderr: /this is for services/ });
});
