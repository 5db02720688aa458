import { authorAnnotation, changeCause, defaultsOf, openOrder, restartAnnotation, restoredStateAnnotation, retryAnnotation, revertAnnotation, type Job, type JobSpec, type ObjectMeta, type Revision, type Service } from '@spawnit/contract';
import { inputAnnotations } from './dependencies.js';
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
  const revision = appliedRevision(observed, draft) ?? revisionFor(observed, module);
  keepRevision(observed, draft, revision);
  return push(observed, draft, wish, { module, revision: revision.metadata.name });
}

/** What runs is run again with what it was made with, whatever the template says by now. */
function appliedRevision({ service: { metadata }, revisions }: Observed, { status: { applied }, actions }: Draft): Revision | undefined {
  if (!applied || applied.generation !== metadata.generation) return undefined;
  return [...revisions, ...made(actions)].find((each) => each.metadata.name === applied.revision && each.spec.serviceUid === metadata.uid);
}

function made(actions: Draft['actions']): Revision[] {
  return actions.flatMap((action) => (action.type === 'createRevision' ? [action.revision] : []));
}

/** Has it made, unless it is there already or is being made. */
export function keepRevision({ revisions }: Observed, { actions }: Draft, revision: Revision): void {
  if (![...revisions, ...made(actions)].some(({ metadata }) => metadata.name === revision.metadata.name)) actions.push({ type: 'createRevision', revision });
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
      annotations: { ...inputAnnotations(observed), ...ordersOf(service) },
    },
    spec: { service: service.metadata.name, serviceUid: service.metadata.uid!, type, generation, revision, module, trigger, approvedPlan, ...(restarts(service, type) && { restart: true }), cancel: false },
  };
  draft.actions.push({ type: 'createJob', job });
  draft.status.activeJob = job.metadata.name;
  announce(draft, 'Normal', `${type}Started`, `${type} of generation ${generation} (${trigger}).`);
  return job;
}

const orders = [restoredStateAnnotation, revertAnnotation, restartAnnotation, retryAnnotation];

/** Orders of people, as they stand when a job is made: the restore of a state that it answers, a revert, a restart, another attempt. */
export function ordersOf({ metadata }: Pick<Service, 'metadata'>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([name]) => orders.includes(name)));
}

function restarts(service: Service, type: JobSpec['type']): boolean {
  return type !== 'Destroy' && openOrder(service, restartAnnotation) !== undefined;
}

export function revisionFor(observed: Observed, module: string): Revision {
  const { service, template, module: bundle, revisions } = observed;
  const { name, annotations, uid = '', generation = 1 } = service.metadata;
  const defaults = template && defaultsOf(template.spec.parameters);
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Revision',
    metadata: owned(service, revisionName({ name, uid, generation }, { module, defaults }, revisions)),
    spec: {
      service: name,
      serviceUid: uid,
      generation,
      author: annotations?.[authorAnnotation],
      message: changeCause(service.metadata),
      templateVersion: String(template?.metadata.generation ?? 1),
      module,
      moduleRoot: bundle?.spec.root ?? '.',
      defaults,
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
