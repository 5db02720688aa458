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

/** As they were when the job was made: what the job takes in is at least as new. */
export function inputsAnnotationFor(inputs: Record<string, unknown>): Record<string, string> {
  return Object.keys(inputs).length > 0 ? { [inputsAnnotation]: JSON.stringify(inputs) } : {};
}

export function inputsOfJob(job: Pick<Job, 'metadata'>): Record<string, unknown> {
  return JSON.parse(job.metadata.annotations?.[inputsAnnotation] ?? '{}') as Record<string, unknown>;
}

/** Whether an output that went into the last apply has changed since. Not so while a dependency is not there or not Ready. */
export function inputsChanged(observed: Observed, { applied }: ServiceStatus): boolean {
  if (!applied || unreadyDependency(observed) || missingOutput(observed)) return false;
  const job = observed.jobs.find((each) => each.metadata.name === applied.job);
  if (job && !isDeepStrictEqual(inputsNow(observed), inputsOfJob(job))) return true;
  // A run takes them in when it begins, which may be another value than when its job was made: what went in counts.
  const plain = plainNow(observed);
  return Object.entries(applied.inputs ?? {}).some(([parameter, value]) => parameter in plain && !isDeepStrictEqual(plain[parameter], value));
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
