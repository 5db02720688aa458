import { ApiError, condition, type Client, type Service } from '@spawnit/contract';
import type { SimulatedProcess } from '../time/simulated-process.js';
import type { World } from '../world.js';
import { clientFor } from './controllers.js';
import { approve, serviceNamed, wish } from './wishes.js';

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

/** People who make services, change them and delete them, and try again when they get no answer. In the calm they see to what waits for them. */
export async function runPeople(world: World, process: SimulatedProcess): Promise<void> {
  const client = clientFor(world, process, { role: 'admin', name: 'people' });
  const { random, trouble } = world;
  for (let n = 0; !trouble.calm; n++) {
    await wish(world, client, n).catch(() => undefined);
    await pause(process, random.between(100, world.wide ? 3_000 : 6_000));
  }
  for (;;) {
    await tidy(client).catch(() => undefined);
    await pause(process, 2_000);
  }
}

/** What only people can do so that all is as declared: plans are approved, nodes opened, what was cancelled is asked for again. */
async function tidy(client: Client): Promise<void> {
  for (const { metadata, spec } of (await client.nodes.list()).items) {
    if (spec.unschedulable || spec.drain) await client.nodes.patch(metadata.name, undefined, { spec: { unschedulable: false, drain: false } });
  }
  const services = (await client.services.list()).items;
  const missing = services.flatMap(needsOf).find((name) => !services.some(({ metadata }) => metadata.name === name));
  if (missing !== undefined) await client.services.create(serviceNamed(missing, { parameters: { text: 'needed' } }));
  for (const service of services) await attend(client, service).catch(passRace);
  // What others need is held until they are gone too.
  const leaving = new Set(services.filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name));
  for (const service of services) if (needsOf(service).some((name) => leaving.has(name))) await client.services.delete(service.metadata.name, 'default').catch(passRace);
}

function needsOf({ spec }: Service): string[] {
  return [...spec.dependsOn, ...spec.parametersFrom.map(({ service }) => service)];
}

async function attend(client: Client, service: Service): Promise<void> {
  const { metadata, spec, status } = service;
  if (metadata.deletionTimestamp) return;
  if (spec.suspend) await client.services.patch(metadata.name, 'default', { spec: { suspend: false } });
  else if (condition(service, 'Stalled')?.status === 'True') await client.services.patch(metadata.name, 'default', { spec: askedAgain(service) });
  else if (status?.approval && !status.approval.approved) await approve(client, service);
}

/** Any change will do: what was cancelled is only tried again when something is new. */
function askedAgain({ spec }: Service): object {
  return { drift: { intervalSeconds: spec.drift.intervalSeconds === 10 ? 11 : 10 } };
}

function passRace(error: unknown): void {
  if (!ApiError.is(error, 'Conflict', 'NotFound')) throw error;
}

function pause(process: SimulatedProcess, ms: number): Promise<void> {
  return new Promise((resolve) => process.after(ms, () => resolve()));
}

async function persist<T>(process: SimulatedProcess, act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch {
      await pause(process, 500);
    }
  }
}
