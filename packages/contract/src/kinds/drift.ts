import type { DriftedField, Service, ServiceStatus } from './service.js';

/**
 * The last verdict, while it speaks of what is declared: that was applied, and nothing was since the look. Its own generation
 * may be an earlier one, for a change of policy alone takes the place of what was applied and makes nothing else real.
 */
export function currentDrift({ metadata, status }: Pick<Service, 'metadata' | 'status'>): ServiceStatus['drift'] {
  const { drift, applied } = status ?? {};
  return drift && applied?.generation === metadata.generation && drift.epoch >= (applied?.epoch ?? 0) ? drift : undefined;
}

/** A rule is a whole path (`docker_container.this.memory`), a field (`memory`), or a resource's address. */
export function isIgnoredField({ resource, field }: Pick<DriftedField, 'resource' | 'field'>, rules: readonly string[]): boolean {
  return rules.some((rule) => rule === field || rule === `${resource}.${field}` || rule === resource);
}
