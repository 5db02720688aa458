import type { Job, Service, ServiceSpec, ServiceStatus } from '@spawnit/contract';
import { service } from '../shop.js';
import { createJob, settle, type Plane } from '../agent/plane.js';

export const container = 'docker_container.this';

/** What the drift controller says of fields. */
export async function drifted(plane: Plane, name: string, fields: Partial<NonNullable<ServiceStatus['drift']>['fields'][number]>[], epoch = 1): Promise<void> {
  const client = plane.as('drift-controller');
  const now = await client.services.get(name, 'default');
  const whole = fields.map((field) => ({ resource: container, field: 'x', desired: 'null', live: 'null', ...field }));
  await client.services.replaceStatus({ ...now, status: { ...now.status, drift: { verdict: 'Drifted', fields: whole, since: '2026-01-01T00:00:00Z', epoch, generation: now.metadata.generation! } } } as Service);
}

/** A service as an apply has left it. */
export async function appliedService(plane: Plane, name: string, spec: Partial<ServiceSpec> = {}): Promise<Job> {
  await plane.as('admin').services.create(service(name, spec));
  return apply(plane, name);
}

/** Makes the record say that what is declared was applied. */
export async function apply(plane: Plane, name: string, more: ServiceStatus = {}): Promise<Job> {
  const job = await createJob(plane, name);
  const { generation, revision, module } = job.spec;
  await settle(plane, name, { applied: { generation, epoch: 1, job: job.metadata.name, revision, module, time: '2026-01-01T00:00:00Z' }, ...more });
  return job;
}
