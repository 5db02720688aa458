import type { Node, Template } from '@spawnit/contract';
import { conditionOf } from '../../ui/conditions.js';

export interface Prerequisite {
  ability: string;
  /** Ready nodes that have it, and all that have ever said so. */
  ready: string[];
  known: string[];
}

/** What a node must be able to do for this template, and which nodes are. */
export function prerequisitesOf({ spec }: Template, nodes: readonly Node[]): Prerequisite[] {
  return spec.abilities.map((ability) => {
    const able = nodes.filter(({ status }) => status?.abilities?.includes(ability));
    return { ability, known: able.map(nameOf), ready: able.filter((node) => conditionOf(node, 'Ready')?.status === 'True').map(nameOf) };
  });
}

/** Why nothing can be made of it now; undefined when it can. */
export function missingFor(template: Template, nodes: readonly Node[]): string | undefined {
  const all = prerequisitesOf(template, nodes);
  const absent = all.filter(({ known }) => known.length === 0).map(({ ability }) => ability);
  if (absent.length > 0) return nodes.length === 0 ? `No node has joined yet; it needs one with ${absent.join(', ')}` : `No node has ${absent.join(', ')}`;
  const lost = all.filter(({ ready }) => ready.length === 0);
  if (lost.length > 0) return `The nodes with ${lost.map(({ ability }) => ability).join(', ')} are lost: ${[...new Set(lost.flatMap(({ known }) => known))].join(', ')}`;
  const together = nodes.some((node) => all.every(({ ready }) => ready.includes(nameOf(node))));
  return together || all.length === 0 ? undefined : `No ready node has all of ${all.map(({ ability }) => ability).join(', ')}`;
}

function nameOf({ metadata }: Node): string {
  return metadata.name;
}
