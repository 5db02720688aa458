import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JobSpec, Revision } from '@spawnit/contract';

/** `{service}-{type}-{generation}-{6 random}`, at most 63 characters. */
export function jobName(service: string, type: JobSpec['type'], generation: number, random: () => number): string {
  const suffix = Array.from({ length: 6 }, () => Math.floor(random() * 36).toString(36)).join('');
  return `${service.slice(0, 40)}-${type.toLowerCase()}-${generation}-${suffix}`;
}

/** The job that answers a request for a plan; undefined when the request can't be part of a name. */
export function requestedPlanName(service: string, nonce: string | undefined): string | undefined {
  return nonce !== undefined && /^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/.test(nonce) ? `${stemOf(service, 37)}-plan-${nonce}` : undefined;
}

/**
 * `{service}-{generation}`. That name may be taken: by a service of the same name that is gone, or by this
 * generation with the module or the defaults that the template had before; then a digest is put behind it. One that was made is found again.
 */
export function revisionName(service: { name: string; uid: string; generation: number }, { module, defaults }: Pick<Revision['spec'], 'module' | 'defaults'>, taken: Revision[]): string {
  const { name, uid, generation } = service;
  const made = taken.find(({ spec }) => spec.serviceUid === uid && spec.generation === generation && spec.module === module && isDeepStrictEqual(spec.defaults ?? defaults, defaults));
  if (made) return made.metadata.name;
  const plain = `${stemOf(name, 40)}-${generation}`;
  const isTaken = taken.some((revision) => revision.metadata.name === plain);
  return isTaken ? `${plain}-${digestOf(`${uid}/${module}/${JSON.stringify(defaults)}`)}` : plain;
}

/** A service's name in so many characters: others may begin as a long one does, and nothing else tells them apart here. */
function stemOf(service: string, most: number): string {
  return service.length <= most ? service : `${service.slice(0, most - 9)}-${digestOf(service)}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
