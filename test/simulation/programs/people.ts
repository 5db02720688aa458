import { ApiError, type Client, type Service } from '@spawnit/contract';
import type { Random } from '../time/random.js';
import type { SimulatedProcess } from '../time/simulated-process.js';
import type { World } from '../world.js';
import { clientFor } from './controllers.js';

const mainTf = 'variable "spawnit" {\n  type = any\n}\nvariable "text" {\n  type = string\n}\n';

/** The catalogue of one entry that everything here is made from. */
export async function makeCatalogue(world: World, process: SimulatedProcess): Promise<void> {
  const client = clientFor(world, process, { role: 'admin', name: 'people' });
  const module = await persist(process, () => client.modules.create({ apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: {}, spec: { root: '.', files: { 'main.tf': mainTf } } } as never));
  const spec = {
    title: 'Simulated',
    category: 'Tests',
    description: 'One container.',
    provider: 'docker',
    binding: 'Engine',
    module: module.metadata.name,
    abilities: ['docker'],
    parameters: { type: 'object', additionalProperties: false, properties: { text: { type: 'string', title: 'Text', default: 'a' } } },
    outputs: { text: { title: 'Text' } },
  };
  await persist(process, () => client.templates.create({ apiVersion: 'spawnit.dev/v1', kind: 'Template', metadata: { name: 'simulated' }, spec } as never));
}

/** People who make services, change them and delete them, and try again when they get no answer. */
export async function runPeople(world: World, process: SimulatedProcess): Promise<void> {
  const client = clientFor(world, process, { role: 'admin', name: 'people' });
  const { random, trouble } = world;
  for (let n = 0; !trouble.calm; n++) {
    await once(client, random, n).catch(() => undefined);
    await new Promise((resolve) => process.after(random.between(100, 6_000), () => resolve(undefined)));
  }
}

const names = ['one', 'two', 'three', 'four'];

async function once(client: Client, random: Random, n: number): Promise<unknown> {
  const name = n === 0 ? 'one' : random.pick(names);
  const there = await client.services.get(name, 'default').catch((error: unknown) => {
    if (ApiError.is(error, 'NotFound')) return undefined;
    throw error;
  });
  if (!there) return client.services.create(serviceNamed(name, `t${n}`));
  if (there.metadata.deletionTimestamp) return undefined;
  if (random.chance(0.25)) return client.services.delete(name, 'default');
  return client.services.patch(name, 'default', { spec: { parameters: { text: `t${n}` } } });
}

function serviceNamed(name: string, text: string): Service {
  const spec = { template: 'simulated', parameters: { text }, drift: { policy: 'Revert', intervalSeconds: 10 } };
  return { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec } as unknown as Service;
}

async function persist<T>(process: SimulatedProcess, act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch {
      await new Promise((resolve) => process.after(500, () => resolve(undefined)));
    }
  }
}
