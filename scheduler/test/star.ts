import { condition, type Client, type Job, type Node, type Service } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';

export function create(client: Client, name: string, spec: Partial<Service['spec']> | { placement: object } = {}): Promise<Service> {
  const object = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { template: 'container', parameters: { image: 'test' }, ...spec } };
  return client.services.create(object as Service);
}

export function phaseOf(client: Client, name: string, phase: string): Promise<Service> {
  const look = async () => {
    const service = await client.services.get(name, 'default');
    return service.status?.phase === phase ? service : undefined;
  };
  return waitFor(look, { what: `service ${name} to be ${phase}` });
}

export function scheduledAs(client: Client, name: string, status: string, message: RegExp): Promise<unknown> {
  const look = async () => {
    const scheduled = condition(await client.services.get(name, 'default'), 'Scheduled');
    return scheduled?.status === status && message.test(scheduled.message);
  };
  return waitFor(look, { what: `service ${name} to be told ${message}` });
}

export async function jobsOf(client: Client, service: string): Promise<Job[]> {
  return (await client.jobs.list({ namespace: 'default', fieldSelector: `spec.service=${service}` })).items;
}

export function conditionIs(node: Node, type: string, status: string): Node | undefined {
  return condition(node, type)?.status === status ? node : undefined;
}

export function standsOn(service: Service, node: string): Service | undefined {
  return service.status?.node === node && service.status.phase === 'Ready' ? service : undefined;
}
