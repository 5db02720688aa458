import { ApiError, type Client, type Job, type Service } from '@spawnit/contract';
import { keyFor, keyOf } from '@spawnit/controller';
import type { Caches } from './caches.js';
import { dependencyNames, findCycle } from './dependencies.js';
import type { Observed } from './observed.js';

/** What the caches hold about a service; only a job that it names and they lack is asked for. */
export async function observe(caches: Caches, client: Client, service: Service): Promise<Omit<Observed, 'backoffLeftMs' | 'now' | 'random'>> {
  const { namespace, uid } = service.metadata;
  const key = keyOf(service);
  const lookup = (name: string) => caches.services.get(keyFor(namespace, name));
  const template = caches.templates.get(service.spec.template);
  return {
    service,
    template,
    module: template && caches.modules.get(template.spec.module),
    jobs: await withActiveJob(client, service, caches.jobs.by('service', key).filter((job) => job.spec.serviceUid === uid)),
    // Those of an earlier service of this name count too: their names are taken.
    revisions: caches.revisions.by('service', key),
    dependencies: new Map(dependencyNames(service).map((name) => [name, lookup(name)])),
    dependants: caches.services.by('dependsOn', key).filter((each) => each.metadata.name !== service.metadata.name),
    cycle: findCycle(service, lookup),
  };
}

/** The watch of jobs may be behind that of services: a job is only missing when the server says so. */
async function withActiveJob(client: Client, { metadata, status }: Service, jobs: Job[]): Promise<Job[]> {
  const name = status?.activeJob;
  if (name === undefined || jobs.some((job) => job.metadata.name === name)) return jobs;
  const job = await client.jobs.get(name, metadata.namespace).catch((error: unknown) => {
    if (ApiError.is(error, 'NotFound')) return undefined;
    throw error;
  });
  return job ? [...jobs, job] : jobs;
}
