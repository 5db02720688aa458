import { checkout, helloImage } from '@spawnit/local';
import { docker, freePort, tempDir } from '@spawnit/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';

const entry = join(checkout, 'packages', 'spawnctl', 'dist', 'src', 'main.js');

t.test('one command each starts the star, kills an app, stops a node, stops the API, and shows how it heals', { timeout: 600_000 }, async (t) => {
  const dataDir = tempDir(t);
  const port = await freePort();
  const ctl = (...args: string[]) => run(args, join(dataDir, 'apiserver', 'kubeconfig'));
  const here = ['--data-dir', dataDir];
  t.teardown(async () => {
    await ctl('star', 'down', ...here);
    const left = (await docker(['ps', '--all', '--quiet', '--filter', `label=spawnit.dev/namespace=broken-${process.pid}`])).split('\n').filter((id) => id !== '');
    if (left.length > 0) await docker(['rm', '--force', '--volumes', ...left]);
  });
  t.match(await ctl('star', 'status', ...here), { code: 1, stderr: /no star is up/ });
  t.match(await ctl('star', 'up', ...here, '--port', String(port), '--no-hello'), { code: 0, stdout: /is up: export KUBECONFIG=/ });
  t.match(await ctl('star', 'up', ...here), { code: 0, stdout: /is up already/ });
  t.match(await ctl('star', 'status', ...here), { code: 0, stdout: /^starter +\d+ +running\napiserver +\d+ +running$/m });

  const namespace = `broken-${process.pid}`;
  await ctl('create', 'namespace', namespace);
  const manifest = JSON.stringify({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'web', namespace }, spec: { template: 'web-server', drift: { policy: 'Revert' }, parameters: { image: helloImage, container_port: 8080, document_root: '/www', index_html: 'x', port: await freePort() } } });
  t.match(await run(['apply', '-f', '-', '--wait'], join(dataDir, 'apiserver', 'kubeconfig'), manifest), { code: 0 });

  t.match(await ctl('star', 'kill-app', 'web', '-n', namespace, ...here), { code: 0, stdout: /^removed .*web.*\nservice\/web is as declared again\n$/ });
  t.match(await ctl('star', 'stop-api', ...here), { code: 0, stdout: /was killed\nthe API answers again after \d+\.\d s\n$/ });
  const node = (await ctl('get', 'svc', 'web', '-n', namespace, '-o', 'jsonpath={.status.node}')).stdout;
  t.match(await ctl('star', 'stop-node', node, ...here), { code: 0, stdout: /stands still[^]*nothing is placed on node/ });
  t.match(await ctl('star', 'status', ...here), { stdout: new RegExp(`^${node} +\\d+ +stands still$`, 'm') });
  t.match(await ctl('wait', 'svc/web', '-n', namespace, '--for=condition=Ready', '--timeout=180s'), { code: 0 });
  t.match(await ctl('star', 'start-node', node, ...here), { code: 0, stdout: `node/${node} goes on\n` });
  t.match(await ctl('star', 'stop-node', 'nope', ...here), { code: 3, stderr: /there are: apiserver/ });
  t.match(await ctl('delete', 'ns', namespace, '--timeout=180s'), { code: 0 });
  t.match(await ctl('star', 'down', ...here), { code: 0, stdout: /is down; what was provisioned goes on running/ });
  t.match(await ctl('star', 'down', ...here), { code: 0, stdout: /no star is up/ });
});

async function run(args: string[], kubeconfig: string, input = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [entry, ...args], { env: { ...process.env, KUBECONFIG: kubeconfig, SPAWNIT_SERVER: undefined, SPAWNIT_TOKEN: undefined, NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined } });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  return { code, stdout, stderr };
}
