import { eventKind } from './event.js';
import { jobKind } from './job.js';
import type { KindDefinition } from './kind.js';
import { leaseKind } from './lease.js';
import { moduleKind } from './module.js';
import { namespaceKind } from './namespace.js';
import { nodeKind } from './node.js';
import { revisionKind } from './revision.js';
import { serviceKind } from './service.js';
import { templateKind } from './template.js';

/** Every kind, once. What is not here does not exist on the wire. */
export const kinds: readonly KindDefinition[] = [namespaceKind, eventKind, templateKind, moduleKind, serviceKind, revisionKind, jobKind, nodeKind, leaseKind];

export function kindByName(kind: string): KindDefinition | undefined {
  return kinds.find((k) => k.kind === kind);
}

/** Finds a kind by what a person types: plural, singular, short name or kind, in any case. */
export function kindByAlias(alias: string): KindDefinition | undefined {
  const word = alias.toLowerCase();
  return kinds.find((k) => [k.plural, k.singular, k.kind.toLowerCase(), ...k.shortNames].includes(word));
}
