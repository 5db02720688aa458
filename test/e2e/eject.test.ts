import { ensureProviders, helloImage, toolPath } from '@spawnit/local';
import { freePort, tempDir } from '@spawnit/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { spawnctlOf } from './ctl.js';
import { machineEngine, openScene } from './scene.js';

t.test('a service that was written out is a tofu project on which a plan shows no changes', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: machineEngine }] });
  const spawnctl = spawnctlOf(scene);
  const port = await freePort();
  const secret = 'not-to-be-found';
  await scene.client.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'cache', namespace: scene.namespace }, spec: { template: 'container', parameters: { image: helloImage, ports: [{ internal: 8080, external: port }], secret_env: { TOKEN: secret }, limits: { memory_mb: 32 } } } } as never);
  t.match(await spawnctl('eject', 'nope'), { code: 3 });
  await scene.phase('cache', 'Ready');

  const folder = join(tempDir(t), 'cache');
  const ejected = await spawnctl('eject', 'cache', '--to', folder);
  t.match(ejected, { code: 0, stdout: `${folder}\n`, stderr: /TF_VAR_secret_env must be given/ });
  t.match(await spawnctl('eject', 'cache', '--to', folder), { code: 2, stderr: /is not empty/ });
  const root = rootOf(folder);
  const others = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith('.tfstate'));
  for (const { parentPath, name } of others) t.notMatch(readFileSync(join(parentPath, name), 'utf8'), secret, `${name} holds no secret`);
  t.equal(statSync(join(root, 'terraform.tfstate')).mode & 0o777, 0o600);

  const { cliConfigFile } = await ensureProviders();
  const tofu = (args: string[], more: Record<string, string> = {}) => run(toolPath('opentofu'), args, root, { TF_CLI_CONFIG_FILE: cliConfigFile, DOCKER_HOST: machineEngine, TF_INPUT: '0', CHECKPOINT_DISABLE: '1', ...more });
  t.match(await tofu(['init', '-no-color']), { code: 0 });
  const given = { TF_VAR_secret_env: JSON.stringify({ TOKEN: secret }) };
  const plan = await tofu(['plan', '-no-color', '-detailed-exitcode'], given);
  t.match(plan, { code: 0, output: /No changes/ }, 'tofu finds all as it is declared');
  t.match(await tofu(['plan', '-no-color', '-detailed-exitcode', '-var', 'limits={memory_mb=64}'], given), { code: 2 }, 'and a change as a change');
});

/** The folder that tofu runs in: where the values are. */
function rootOf(folder: string): string {
  const found = readdirSync(folder, { recursive: true }).map(String).find((path) => path.endsWith('terraform.tfvars.json'));
  return join(folder, found!, '..');
}

async function run(command: string, args: string[], cwd: string, env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  return { code, output: out + err };
}
