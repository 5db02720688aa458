import { restoredStateAnnotation, type Job, type JobSpec, type ObjectMeta, type Revision, type Service } from '@spawnit/contract';
import { inputsAnnotationFor, inputsNow } from './dependencies.js';
import { announce, type Draft } from './draft.js';
import { jobName, revisionName } from './names.js';
import type { Observed } from './observed.js';

export interface JobWish {
  type: JobSpec['type'];
  trigger: JobSpec['trigger'];
  name?: string;
  approvedPlan?: string;
}

/** Adds a job for the declared generation, and its revision if it is the first of it. Gives the job. */
export function addJob(observed: Observed, draft: Draft, wish: JobWish): Job {
  const module = wantedModule(observed, draft.status)!;
  const revision = revisionFor(observed, module);
  if (!observed.revisions.some((each) => each.metadata.name === revision.metadata.name)) draft.actions.push({ type: 'createRevision', revision });
  return push(observed, draft, wish, { module, revision: revision.metadata.name });
}

/** Adds a job that removes what the last run made, with the module and revision of that run. */
export function addDestroy(observed: Observed, draft: Draft, made: { module: string; revision: string }): Job {
  return push(observed, draft, { type: 'Destroy', trigger: 'Delete' }, made);
}

/** The module of the declared generation: once applied it stays with the one it was applied with, whatever the template names later. */
export function wantedModule({ service, template }: Observed, { applied }: Draft['status']): string | undefined {
  return applied?.generation === service.metadata.generation ? applied?.module : template?.spec.module;
}

function push(observed: Observed, draft: Draft, { type, trigger, name, approvedPlan }: JobWish, { module, revision }: { module: string; revision: string }): Job {
  const { service, random } = observed;
  const generation = service.metadata.generation ?? 1;
  const job: Job = {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Job',
    metadata: {
      ...owned(service, name ?? jobName(service.metadata.name, type, generation, random)),
      annotations: { ...inputsAnnotationFor(inputsNow(observed)), ...restoreAnswered(service) },
    },
    spec: { service: service.metadata.name, serviceUid: service.metadata.uid!, type, generation, revision, module, trigger, approvedPlan, cancel: false },
  };
  draft.actions.push({ type: 'createJob', job });
  draft.status.activeJob = job.metadata.name;
  announce(draft, 'Normal', `${type}Started`, `${type} of generation ${generation} (${trigger}).`);
  return job;
}

/** Which restore of a state the job answers. */
function restoreAnswered({ metadata }: Service): Record<string, string> {
  const restored = metadata.annotations?.[restoredStateAnnotation];
  return restored === undefined ? {} : { [restoredStateAnnotation]: restored };
}

function revisionFor(observed: Observed, module: string): Revision {
  const { service, template, module: bundle, revisions } = observed;
  const { name, annotations, uid = '', generation = 1 } = service.metadata;
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Revision',
    metadata: owned(service, revisionName({ name, uid, generation }, module, revisions)),
    spec: {
      service: name,
      serviceUid: uid,
      generation,
      author: annotations?.['spawnit.dev/author'],
      message: annotations?.['kubernetes.io/change-cause'],
      templateVersion: String(template?.metadata.generation ?? 1),
      module,
      moduleRoot: bundle?.spec.root ?? '.',
      serviceSpec: service.spec,
    },
  };
}

function owned(service: Service, name: string): ObjectMeta & { name: string } {
  const { apiVersion, kind, metadata } = service;
  return {
    name,
    namespace: metadata.namespace,
    labels: { 'spawnit.dev/service': metadata.name },
    ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid!, controller: true }],
  };
}
