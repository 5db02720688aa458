import { serviceFinalizer, type Condition, type Job, type JobError, type JobSpec, type JobStatus, type Module, type Service, type ServiceSpec, type ServiceStatus, type Template } from '@spawnit/contract';
import { decide } from '../src/decide.js';
import type { Action, Observed } from '../src/observed.js';

export const now = '2030-01-01T00:00:00.000Z';
export const digest = `sha256-${'a'.repeat(64)}`;
export const otherDigest = `sha256-${'b'.repeat(64)}`;

export const template: Template = {
  apiVersion: 'spawnit.dev/v1',
  kind: 'Template',
  metadata: { name: 'web', generation: 3 },
  spec: { title: 'Web', category: 'Web', description: '', provider: 'docker', binding: 'Engine', module: digest, abilities: [], parameters: { type: 'object', properties: {}, additionalProperties: false }, outputs: {} },
};
const module: Module = { apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: { name: digest }, spec: { root: 'docker/web' } };

export const defaultSpec: ServiceSpec = {
  template: 'web',
  parameters: {},
  parametersFrom: [],
  dependsOn: [],
  environment: 'development',
  placement: { nodeSelector: {}, tolerations: [] },
  drift: { policy: 'Flag', ignoreFields: [], intervalSeconds: 10 },
  approval: 'Auto',
  suspend: false,
};

export interface ServiceWish {
  name?: string;
  generation?: number;
  deleted?: boolean;
  spec?: Partial<ServiceSpec>;
  status?: ServiceStatus;
  annotations?: Record<string, string>;
  finalizers?: string[];
}

export function service({ name = 'app', generation = 1, deleted = false, spec, status, annotations, finalizers = [serviceFinalizer] }: ServiceWish = {}): Service {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'team', uid: `uid-${name}`, resourceVersion: '7', generation, creationTimestamp: now, finalizers, annotations, ...(deleted && { deletionTimestamp: now }) },
    spec: { ...defaultSpec, ...spec },
    status,
  };
}

/** As the last apply of `generation` at `epoch` left it. */
export function applied(generation = 1, epoch = 1, more: Partial<ServiceStatus> = {}): ServiceStatus {
  return { epoch, node: 'n1', engine: 'e1', phase: 'Ready', applied: { generation, epoch, job: `app-apply-${generation}-done`, revision: `app-${generation}`, module: digest, engine: 'e1', time: now }, ...more };
}

/** A service of which others may depend. */
export function readyService(wish: ServiceWish = {}): Service {
  const generation = wish.generation ?? 1;
  const conditions: Condition[] = [{ type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: now }];
  return service({ ...wish, status: { ...applied(generation), observedGeneration: generation, conditions, ...wish.status } });
}

export function job(spec: Partial<JobSpec> & { name?: string } = {}, status?: JobStatus, annotations?: Record<string, string>): Job {
  const { name = 'app-apply-1-aaaaaa', ...rest } = spec;
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Job',
    metadata: { name, namespace: 'team', uid: `uid-${name}`, resourceVersion: '8', creationTimestamp: now, annotations },
    spec: { service: 'app', serviceUid: 'uid-app', type: 'Apply', generation: 1, revision: 'app-1', module: digest, trigger: 'Create', cancel: false, ...rest },
    status,
  };
}

export function jobError(more: Partial<JobError> = {}): JobError {
  return { summary: 'The image could not be pulled.', cause: 'ImagePull', hint: 'Check its name.', retryable: true, ...more };
}

export function scheduledFalse(reason: string, message = `because of ${reason}`): Condition {
  return { type: 'Scheduled', status: 'False', reason, message, lastTransitionTime: now };
}

export function observed(more: Partial<Observed> & { service: Service }): Observed {
  return { template, module, jobs: [], revisions: [], dependencies: new Map(), dependants: [], backoffLeftMs: 0, now, random: () => 0.5, ...more };
}

/** The answer, sorted by kind of action, for tests to look at. */
export function answer(input: Observed) {
  const actions = decide(input);
  const of = <T extends Action['type']>(type: T) => actions.filter((action): action is Extract<Action, { type: T }> => action.type === type);
  const status = of('updateStatus')[0]?.status ?? input.service.status ?? {};
  const ready = status.conditions?.find((each) => each.type === 'Ready');
  return {
    actions,
    of,
    status,
    ready,
    stalled: status.conditions?.find((each) => each.type === 'Stalled'),
    progressing: status.conditions?.find((each) => each.type === 'Progressing'),
    /** `phase/reason`: what people see. */
    shown: `${status.phase}/${ready?.reason}`,
    job: of('createJob')[0]?.job,
    waitMs: of('requeue')[0]?.afterMs,
    events: of('event').map(({ event }) => event.reason),
  };
}
