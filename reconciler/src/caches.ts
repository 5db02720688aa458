import { Informer, keyFor, keyOf, source, type InformerOptions, type Source } from '@spawnit/controller';
import type { Client, Job, Module, Revision, Service, Template } from '@spawnit/contract';
import { dependencyNames } from './dependencies.js';

/** Local copies of all that decisions rest on. */
export interface Caches {
  services: Informer<Service>;
  jobs: Informer<Job>;
  revisions: Informer<Revision>;
  templates: Informer<Template>;
  modules: Informer<Module>;
}

export function makeCaches(client: Client, options: InformerOptions): Caches {
  return {
    services: new Informer(client.services, options).index('dependsOn', dependencyKeys).index('template', (service) => [service.spec.template]),
    jobs: new Informer(client.jobs, options).index('service', serviceKeys),
    revisions: new Informer(client.revisions, options).index('service', serviceKeys),
    templates: new Informer(client.templates, options).index('module', (template) => [template.spec.module]),
    modules: new Informer(client.modules, options),
  };
}

/** Which services a change concerns: itself, what depends on it, and what it depends on (a dependency that is to go waits for it). */
export function sourcesOf({ services, jobs, revisions, templates, modules }: Caches): Source[] {
  const using = (template: string) => services.by('template', template).map(keyOf);
  return [
    source(services, (service) => [keyOf(service), ...services.by('dependsOn', keyOf(service)).map(keyOf), ...dependencyKeys(service)]),
    source(jobs, serviceKeys),
    source(revisions, serviceKeys),
    source(templates, (template) => using(template.metadata.name)),
    source(modules, (module) => templates.by('module', module.metadata.name).flatMap((template) => using(template.metadata.name))),
  ];
}

function dependencyKeys(service: Service): string[] {
  return dependencyNames(service).map((name) => keyFor(service.metadata.namespace, name));
}

function serviceKeys(object: Job | Revision): string[] {
  return [keyFor(object.metadata.namespace, object.spec.service)];
}
