import { docker, tempDir, type Teardown } from '@spawnit/testkit';
import { randomBytes } from 'node:crypto';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modulesRoot } from './catalogue.js';
import { tofu, tofuOk } from './tofu.js';

export type Parameters = Record<string, unknown>;

export interface Deployment {
  namespace: string;
  service: string;
  /** Applies, and gives the outputs' values. */
  apply(parameters: Parameters): Promise<Record<string, unknown>>;
  /** What a plan would do, as text; empty when nothing differs. */
  changes(parameters: Parameters): Promise<string>;
  /** What tofu writes when it refuses these parameters. */
  refusal(parameters: Parameters): Promise<string>;
  destroy(parameters: Parameters): Promise<void>;
}

export interface Place {
  namespace: string;
  network: string;
}

/** A namespace of the test's own, with the network that the agent would make. Swept at the end. */
export async function place(t: Teardown): Promise<Place> {
  const namespace = `t-${randomBytes(4).toString('hex')}`;
  const network = `${namespace}-net`;
  await docker(['network', 'create', network]);
  t.teardown(async () => {
    await sweep(namespace);
    await docker(['network', 'rm', network]);
  });
  return { namespace, network };
}

/** A service of one catalogue module, run as an agent would: its own workdir, the modules beside it. */
export async function deployment(t: Teardown, path: string, { namespace, network }: Place, service = 'svc'): Promise<Deployment> {
  const copy = tempDir(t);
  await cp(modulesRoot, copy, { recursive: true });
  const dir = join(copy, path);
  const spawnit = { cluster: 'test', namespace, service, uid: `uid-${service}`, network, host: '127.0.0.1' };
  const give = (parameters: Parameters) => writeFile(join(dir, 'terraform.tfvars.json'), JSON.stringify({ ...parameters, spawnit }));
  await tofuOk(['init', '-no-color', '-input=false'], dir);
  return {
    namespace,
    service,
    apply: async (parameters) => {
      await give(parameters);
      await tofuOk(['apply', '-no-color', '-input=false', '-auto-approve'], dir);
      return outputs(dir);
    },
    changes: async (parameters) => {
      await give(parameters);
      const { code, stdout, stderr } = await tofu(['plan', '-no-color', '-input=false', '-detailed-exitcode'], dir);
      if (code === 1) throw new Error(`the plan failed:\n${stderr}`);
      return code === 0 ? '' : stdout;
    },
    refusal: async (parameters) => {
      await give(parameters);
      const { code, stderr } = await tofu(['plan', '-no-color', '-input=false'], dir);
      return code === 0 ? '' : stderr.replace(/\s*\n[│╷╵]?\s*/g, ' ');
    },
    destroy: async (parameters) => {
      await give(parameters);
      await tofuOk(['destroy', '-no-color', '-input=false', '-auto-approve'], dir);
    },
  };
}

/** What an engine still holds of a namespace: `container name`, `volume name`, `network name`. */
export async function remains(namespace: string): Promise<string[]> {
  const filter = ['--filter', `label=spawnit.dev/namespace=${namespace}`];
  const lists = await Promise.all([
    docker(['ps', '--all', '--format', 'container {{.Names}}', ...filter]),
    docker(['volume', 'ls', '--format', 'volume {{.Name}}', ...filter]),
    docker(['network', 'ls', '--format', 'network {{.Name}}', ...filter]),
  ]);
  return lists.flatMap((list) => list.split('\n')).filter((line) => line !== '').sort();
}

/** Containers first: they hold the rest. */
async function sweep(namespace: string): Promise<void> {
  for (const thing of await remains(namespace)) {
    const [kind, name] = thing.split(' ') as [string, string];
    await docker(kind === 'container' ? ['rm', '--force', '--volumes', name] : [kind, 'rm', name]);
  }
}

async function outputs(dir: string): Promise<Record<string, unknown>> {
  const shown = JSON.parse(await tofuOk(['output', '-json', '-no-color'], dir)) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(shown).map(([name, { value }]) => [name, value]));
}
