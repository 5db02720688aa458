import { isDeepStrictEqual } from 'node:util';
import { condition, mustMove, type Job, type Service, type ServiceStatus } from '@spawnit/contract';
import type { Observed } from './observed.js';

/** Names of the services that must be Ready first. */
export function dependencyNames({ spec }: Service): string[] {
  return [...new Set([...spec.dependsOn, ...spec.parametersFrom.map((each) => each.service)])];
}

/** The first dependency that is not Ready, and why, for people. */
export function unreadyDependency({ dependencies }: Observed): { name: string; why: string } | undefined {
  for (const [name, service] of dependencies) {
    const why = unreadiness(service);
    if (why !== undefined) return { name, why };
  }
  return undefined;
}

function unreadiness(service: Service | undefined): string | undefined {
  if (!service) return 'does not exist';
  const { metadata, status } = service;
  if (metadata.deletionTimestamp) return 'is being deleted';
  if (mustMove(service)) return 'is being moved to another node';
  if (status?.observedGeneration !== metadata.generation) return 'has just been changed';
  if (condition(service, 'Ready')?.status !== 'True') return `is ${status?.phase ?? 'Pending'}`;
  return undefined;
}

/** The first output that the spec takes a parameter from and that the other service does not have. */
export function missingOutput({ service, dependencies }: Observed): { name: string; output: string } | undefined {
  for (const { service: name, output } of service.spec.parametersFrom) {
    if (dependencies.get(name)?.status?.outputs?.[output] === undefined) return { name, output };
  }
  return undefined;
}

const inputsAnnotation = 'spawnit.dev/inputs';
const sourcesAnnotation = 'spawnit.dev/input-sources';

/**
 * What other services' outputs are worth now, by parameter. A sensitive one is never seen here: the job that last
 * applied its service stands for it, so that any apply there counts as a change.
 */
export function inputsNow({ service, dependencies }: Observed): Record<string, unknown> {
  const entries = service.spec.parametersFrom.map(({ parameter, service: name, output }) => {
    const status = dependencies.get(name)?.status;
    const found = status?.outputs?.[output];
    return [parameter, found?.sensitive ? { appliedBy: status?.applied?.job ?? null } : (found?.value ?? null)] as const;
  });
  return Object.fromEntries(entries);
}

/** As they were when the job was made, and by which applies: what the job takes in is at least as new. */
export function inputAnnotations(observed: Observed): Record<string, string> {
  const [inputs, sources] = [inputsNow(observed), sourcesNow(observed)];
  return { ...(hasAny(inputs) && { [inputsAnnotation]: JSON.stringify(inputs) }), ...(hasAny(sources) && { [sourcesAnnotation]: JSON.stringify(sources) }) };
}

function hasAny(record: object): boolean {
  return Object.keys(record).length > 0;
}

export function inputsOfJob(job: Pick<Job, 'metadata'>): Record<string, unknown> {
  return JSON.parse(job.metadata.annotations?.[inputsAnnotation] ?? '{}') as Record<string, unknown>;
}

/** Whether an output that went into the last apply has changed since. Not so while a dependency is not there or not Ready. */
export function inputsChanged(observed: Observed, { applied }: ServiceStatus): boolean {
  if (!applied || unreadyDependency(observed) || missingOutput(observed)) return false;
  const job = observed.jobs.find((each) => each.metadata.name === applied.job);
  if (job && (!isDeepStrictEqual(inputsNow(observed), inputsOfJob(job)) || hiddenMayDiffer(observed, applied, job))) return true;
  // A run takes them in when it begins, which may be another value than when its job was made: what went in counts.
  const plain = plainNow(observed);
  return Object.entries(applied.inputs ?? {}).some(([parameter, value]) => parameter in plain && !isDeepStrictEqual(plain[parameter], value));
}

/**
 * What its own template hides is not told of a run. It was taken in after the job was made, so it is what it is now only if the
 * service that gives it was not applied since.
 */
function hiddenMayDiffer(observed: Observed, { inputs = {} }: NonNullable<ServiceStatus['applied']>, job: Job): boolean {
  const then = JSON.parse(job.metadata.annotations?.[sourcesAnnotation] ?? '{}') as Record<string, unknown>;
  return Object.entries(sourcesNow(observed)).some(([parameter, by]) => !(parameter in inputs) && parameter in then && then[parameter] !== by);
}

/** The job that last applied the service of each that no service hides. */
function sourcesNow(observed: Observed): Record<string, string | null> {
  const plain = plainNow(observed);
  const sources = observed.service.spec.parametersFrom.filter(({ parameter }) => parameter in plain);
  return Object.fromEntries(sources.map(({ parameter, service }) => [parameter, observed.dependencies.get(service)?.status?.applied?.job ?? null]));
}

/** Those that no service hides: of others it is not known here what they are worth. */
function plainNow({ service, dependencies }: Observed): Record<string, unknown> {
  const plain = service.spec.parametersFrom.flatMap(({ parameter, service: name, output }) => {
    const found = dependencies.get(name)?.status?.outputs?.[output];
    return found === undefined || found.sensitive ? [] : [[parameter, found.value ?? null] as const];
  });
  return Object.fromEntries(plain);
}

/** The circle of dependencies that leads from `start` back to it; undefined when there is none. */
export function findCycle(start: Service, lookup: (name: string) => Service | undefined): string[] | undefined {
  const seen = new Set<string>();
  const walk = (service: Service, path: string[]): string[] | undefined => {
    for (const name of dependencyNames(service)) {
      if (name === start.metadata.name) return [...path, name];
      const next = seen.has(name) ? undefined : lookup(name);
      seen.add(name);
      const found = next && walk(next, [...path, name]);
      if (found) return found;
    }
    return undefined;
  };
  return walk(start, [start.metadata.name]);
}
