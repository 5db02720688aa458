import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, ensureProviders, helloImage, toolPath } from '@spawnit/local';
import { docker } from '@spawnit/testkit';

/** tofu run by hand on the same module that a service uses, with local state. */
export interface RawTofu {
  dir: string;
  init(): Promise<void>;
  apply(): Promise<void>;
  plan(env?: Record<string, string>): Promise<void>;
  destroy(): Promise<void>;
  remove(): Promise<void>;
}

export async function rawTofu(service: string, port: number): Promise<RawTofu> {
  const { cliConfigFile } = await ensureProviders();
  const root = mkdtempSync(join(tmpdir(), 'spawnit-bench-'));
  cpSync(join(checkout, 'modules', 'docker'), join(root, 'docker'), { recursive: true });
  const dir = join(root, 'docker', 'web-server');
  // The star's agents make the namespace's network once; so is this one made outside the time taken.
  const network = `bench-raw-${process.pid}-${service}`;
  await docker(['network', 'create', network]);
  writeFileSync(join(dir, 'terraform.tfvars.json'), JSON.stringify(variables(service, port, network)));
  const run = (...args: string[]) => tofu(dir, cliConfigFile, args);
  const planned = (env?: Record<string, string>) => tofu(dir, cliConfigFile, ['plan', '-input=false', '-no-color'], env);
  return {
    dir,
    init: () => run('init', '-input=false', '-no-color'),
    apply: () => run('apply', '-auto-approve', '-input=false', '-no-color'),
    plan: planned,
    destroy: () => run('destroy', '-auto-approve', '-input=false', '-no-color'),
    remove: async () => {
      rmSync(root, { recursive: true, force: true });
      await docker(['rm', '--force', '--volumes', `${network}.${service}`]);
      await docker(['network', 'rm', network]);
    },
  };
}

function variables(service: string, port: number, network: string) {
  return {
    spawnit: { cluster: 'bench', namespace: network, service, uid: `raw-${service}`, network, host: '127.0.0.1' },
    image: helloImage,
    container_port: 8080,
    document_root: '/www',
    index_html: '<h1>bench</h1>',
    port,
  };
}

function tofu(dir: string, cliConfig: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(toolPath('opentofu'), args, { cwd: dir, env: { ...process.env, TF_CLI_CONFIG_FILE: cliConfig, TF_IN_AUTOMATION: '1', TF_LOG: 'off', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tofu ${args[0]} ended with ${code}:\n${output.slice(-2_000)}`))));
  });
}

/** CPU milliseconds that a process and all the children it has waited for have used; from /proc (proc(5), fields 14–17). */
export function cpuMs(pid: number | 'self'): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0);
  return ticks * 10;
}
