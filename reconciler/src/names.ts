import { createHash } from 'node:crypto';
import type { JobSpec, Revision } from '@spawnit/contract';

/** `{service}-{type}-{generation}-{6 random}`, at most 63 characters. */
export function jobName(service: string, type: JobSpec['type'], generation: number, random: () => number): string {
  const suffix = Array.from({ length: 6 }, () => Math.floor(random() * 36).toString(36)).join('');
  return `${service.slice(0, 40)}-${type.toLowerCase()}-${generation}-${suffix}`;
}

/** The job that answers a request for a plan; undefined when the request can't be part of a name. */
export function requestedPlanName(service: string, nonce: string | undefined): string | undefined {
  return nonce !== undefined && /^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/.test(nonce) ? `${service.slice(0, 37)}-plan-${nonce}` : undefined;
}

/**
 * `{service}-{generation}`. That name may be taken: by a service of the same name that is gone, or by this
 * generation with the module that the template named before; then a digest is put behind it.
 */
export function revisionName(service: { name: string; uid: string; generation: number }, module: string, taken: Revision[]): string {
  const plain = `${service.name.slice(0, 40)}-${service.generation}`;
  const other = taken.find((revision) => revision.metadata.name === plain);
  if (!other || (other.spec.serviceUid === service.uid && other.spec.module === module)) return plain;
  return `${plain}-${createHash('sha256').update(`${service.uid}/${module}`).digest('hex').slice(0, 8)}`;
}
