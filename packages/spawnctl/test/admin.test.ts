import t from 'tap';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { spawnctl } from './spawnctl.js';

const plane = await Plane.start(t);
const { kubeconfig } = plane;
const ctl = (...args: string[]) => spawnctl(args, { kubeconfig });
const apply = (input: string) => spawnctl(['apply', '-f', '-'], { kubeconfig, input });

await t.test('admin restore shows what would change, asks for --yes where nobody can be asked, and does it', async (t) => {
  await apply(web('kept'));
  const then = (await ctl('admin', 'history', '--last', '1', '-o', 'name')).stdout.trim();
  t.match((await ctl('admin', 'history', '--by', 'user')).stdout, new RegExp(`^SEQUENCE +TIME +BY +WHAT\n${then} +\\S+ +user:admin +services/default/kept`));
  await apply(web('since'));
  const told = await ctl('admin', 'restore', '--to', then, '--dry-run');
  t.match(told, { code: 0, stdout: /^ACTION +WHAT +NAMESPACE +DETAILS\nDELETE +service\/since +default +it was made since; it is destroyed\n1 deleted \(dry run\)\n$/ });
  t.match(await ctl('admin', 'restore', '--to', then), { code: 2, stderr: /give --yes/ });
  t.match(await ctl('admin', 'restore', '--to', then, '--keep-new'), { code: 0, stdout: /nothing to restore/ });
  t.match(await ctl('admin', 'restore', '--to', then, '--yes'), { code: 0, stdout: `restored to sequence ${then}: 1 deleted\n` });
  t.match((await ctl('get', 'svc', 'since', '-o', 'json')).stdout, /"deletionTimestamp": "2/);
});

await t.test('a point that cannot be meant is refused with what can', async (t) => {
  t.match(await ctl('admin', 'restore', '--to', 'yesterday'), { code: 2, stderr: /15m \(ago\)/ });
  t.match(await ctl('admin', 'restore', '--to', '30d'), { code: 1, stderr: /the oldest point is sequence 1 / });
  t.match(await ctl('admin', 'restore'), { code: 2, stderr: /--to/ });
});
