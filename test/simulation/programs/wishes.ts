import { ApiError, Unreachable, type Client, type Service } from '@spawnit/contract';
import type { World } from '../world.js';

const names = ['one', 'two', 'three', 'four'];

type Spec = Partial<Service['spec']>;

/** One thing that people want, of one service or of a node. */
export async function wish(world: World, client: Client, n: number): Promise<unknown> {
  const { random } = world;
  if (n > 2 && world.seed % 2 === 1 && random.chance(0.1)) return nodeWish(world, client);
  if (n > 5 && world.seed % 2 === 1 && random.chance(0.02)) return goBack(world, client);
  const name = n === 0 ? 'one' : random.pick(names);
  const there = await client.services.get(name, 'default').catch((error: unknown) => {
    if (ApiError.is(error, 'NotFound')) return undefined;
    throw error;
  });
  if (!there) return create(world, client, name, n);
  if (there.metadata.deletionTimestamp) return undefined;
  if (world.wide && there.status?.applied && random.chance(0.6)) return restart(world, client, there, n);
  return random.pick(world.seed % 2 === 0 ? simple : all)(world, client, there, n);
}

type ServiceWish = (world: World, client: Client, service: Service, n: number) => Promise<unknown>;

const remove: ServiceWish = (_world, client, { metadata }) => client.services.delete(metadata.name, 'default');

const change: ServiceWish = (_world, client, { metadata, spec }, n) => {
  const own = spec.parametersFrom.length === 0;
  return client.services.patch(metadata.name, 'default', { spec: own ? { parameters: { text: `t${n}` } } : { parametersFrom: [], parameters: { text: `t${n}` } } });
};

const cancel: ServiceWish = async (_world, client, { status }) => status?.activeJob && client.jobs.patch(status.activeJob, 'default', { spec: { cancel: true, cancelReason: 'people' } });

const seeToPlan: ServiceWish = async (_world, client, service) => service.status?.approval?.approved === false && approve(client, service);

const toggleApproval: ServiceWish = (_world, client, { metadata, spec }) => client.services.patch(metadata.name, 'default', { spec: { approval: spec.approval === 'Auto' ? 'Manual' : 'Auto' } });

const suspendOrResume: ServiceWish = (_world, client, { metadata, spec }) => client.services.patch(metadata.name, 'default', { spec: { suspend: !spec.suspend } });

const restoreState: ServiceWish = async ({ random }, client, { metadata }) => {
  const { items } = await client.stateHistory('default', metadata.name);
  const earlier = items.filter(({ current }) => !current);
  return earlier.length > 0 && client.restoreState('default', metadata.name, { serial: random.pick(earlier).serial });
};

const restart: ServiceWish = (_world, client, { metadata }) => client.act('default', metadata.name, 'restart', {});

/** In half of all runs people only change and delete: then there is the most to do. */
const simple: ServiceWish[] = [remove, change, change, change];
const all: ServiceWish[] = [...simple, ...simple, cancel, seeToPlan, seeToPlan, toggleApproval, suspendOrResume, restoreState];

/** Cordoned, drained or open again; or deleted, upon which its agent joins anew as soon as it may. */
async function nodeWish({ random, wide }: World, client: Client): Promise<unknown> {
  const nodes = (await client.nodes.list()).items;
  if (nodes.length === 0) return undefined;
  const { metadata, spec } = random.pick(nodes);
  if (wide && random.chance(0.5)) return client.nodes.delete(metadata.name);
  const closed = spec.unschedulable || spec.drain;
  return client.nodes.patch(metadata.name, undefined, { spec: { unschedulable: !closed, drain: !closed && random.chance(0.6) } });
}

/** What is declared goes back to what it was a while ago. */
async function goBack({ random }: World, client: Client): Promise<unknown> {
  const { head } = await client.restore({ to: 1, dryRun: true }).catch(() => ({ head: undefined }));
  return head && client.restore({ to: Math.max(10, head.sequence - random.whole(1, 60)), keepNew: random.chance(0.5) });
}

/** Sometimes twice under one key, as who got no answer does, and once with something else under it (promise I10). */
async function create({ seed, random, promises }: World, client: Client, name: string, n: number): Promise<unknown> {
  const before = names.slice(0, names.indexOf(name));
  const needs = seed % 2 === 1 && before.length > 0 && random.chance(0.3) ? random.pick(before) : undefined;
  const taken = needs !== undefined && random.chance(0.5);
  const spec: Spec = {
    ...(taken ? { parametersFrom: [{ parameter: 'text', service: needs, output: 'text' }] } : { parameters: { text: `t${n}` }, dependsOn: needs === undefined ? [] : [needs] }),
    approval: seed % 2 === 1 && random.chance(0.2) ? 'Manual' : 'Auto',
  };
  const service = serviceNamed(name, spec);
  if (random.chance(0.5)) return client.services.create(service);
  const options = { idempotencyKey: `key-${n}` };
  const tell = (made: Service) => promises.repeated.made(options.idempotencyKey, made);
  await client.services.create(service, options).then(tell, passSilence);
  await client.services.create(service, options).then(tell, passSilence);
  if (random.chance(0.2)) await client.services.create(serviceNamed(name, { ...spec, environment: 'production' }), options).then((made) => promises.repeated.madeOfAnother(options.idempotencyKey, made), () => undefined);
  return undefined;
}

function passSilence(error: unknown): void {
  if (!(error instanceof Unreachable) && !(error instanceof ApiError)) throw error;
}

/** The plan that waits now, and no other. */
export async function approve(client: Client, { metadata, status }: Service): Promise<void> {
  await client.services.patch(metadata.name, 'default', { metadata: { resourceVersion: metadata.resourceVersion }, status: { approval: { ...status!.approval!, approved: true } } }, { subresource: 'status' });
}

export function serviceNamed(name: string, spec: Spec): Service {
  const whole = { template: 'simulated', ...spec, drift: { policy: 'Revert', intervalSeconds: 10 } };
  return { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: whole } as unknown as Service;
}
