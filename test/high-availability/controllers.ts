import { leaseKind, type Client, type Lease, type Service } from '@spawnit/contract';
import { startControllerProgram, waitFor, type Apiserver, type Program, type Teardown } from '@spawnit/testkit';

export type Led = 'scheduler' | 'reconciler' | 'drift-controller';

/** Instances of a controller by name; each has its lease's word on who leads. */
export function startInstances(t: Teardown, api: Apiserver, role: Led, names: string[], env: Record<string, string> = {}): Map<string, Program> {
  return new Map(names.map((name) => [name, startControllerProgram(t, api, role, { SPAWNIT_INSTANCE: name, ...env })]));
}

export function leaseOf(client: Client, role: Led): Promise<Lease> {
  return client.of<Lease>(leaseKind).get(role);
}

/** Waits until another than `before` leads; gives its lease. */
export function leaderOf(client: Client, role: Led, { before }: { before?: string } = {}): Promise<Lease> {
  const look = async () => {
    const lease = await leaseOf(client, role);
    return lease.spec.holder !== undefined && lease.spec.holder !== before ? lease : undefined;
  };
  return waitFor(look, { what: `a leader of ${role} other than ${before ?? 'nobody'}`, everyMs: 50 });
}

export function makeService(client: Client, name: string): Promise<Service> {
  const object = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { template: 'container', parameters: { image: 'test' }, drift: { intervalSeconds: 5 } } };
  return client.services.create(object as unknown as Service);
}

export async function allReady(client: Client, names: string[]): Promise<void> {
  const look = async () => {
    const services = (await client.services.list({ namespace: 'default' })).items;
    return names.every((name) => services.find(({ metadata }) => metadata.name === name)?.status?.phase === 'Ready');
  };
  await waitFor(look, { what: `${names.length} services to be Ready`, everyMs: 100 });
}

/** How often each service was applied. */
export async function appliesOf(client: Client): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { spec } of (await client.jobs.list()).items) counts.set(spec.service, (counts.get(spec.service) ?? 0) + 1);
  return counts;
}
