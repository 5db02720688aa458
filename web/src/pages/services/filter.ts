import type { Service } from '@spawnit/contract';
import { phaseOf } from '../../ui/conditions.js';

export const sorts = ['name', 'status', 'template', 'node'] as const;
export type Sort = (typeof sorts)[number];

/** What stands in the address. */
export interface ServiceSearch {
  q?: string;
  phase?: string;
  template?: string;
  node?: string;
  sort?: Sort;
}

/** The services that fit every word and choice, in the order that was asked for. */
export function chosen(services: readonly Service[], { q = '', phase, template, node, sort = 'name' }: ServiceSearch): readonly Service[] {
  const words = q.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const found = services.filter(
    (service) =>
      (phase === undefined || phaseOf(service).word === phase) &&
      (template === undefined || service.spec.template === template) &&
      (node === undefined || service.status?.node === node) &&
      (words.length === 0 || fits(service, words)),
  );
  // They come in the order of their names.
  return sort === 'name' ? found : found.map((service) => [keyOf(service, sort), service] as const).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, service]) => service);
}

function keyOf(service: Service, sort: Sort): string {
  if (sort === 'status') return phaseOf(service).word;
  return sort === 'template' ? service.spec.template : (service.status?.node ?? '');
}

function fits({ metadata, spec, status }: Service, words: string[]): boolean {
  const labels = Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const text = [`${metadata.namespace}/${metadata.name}`, spec.template, spec.environment, status?.node, status?.url, ...labels].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
