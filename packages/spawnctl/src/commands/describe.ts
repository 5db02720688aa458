import type { Job, Node, Resource, Service, Template } from '@spawnit/contract';
import { describeJob } from '../describe/job.js';
import { describeNode } from '../describe/node.js';
import { eventsOf } from '../describe/events.js';
import { block, conditionsOf, headOf, pairs, sections } from '../describe/sections.js';
import { describeService } from '../describe/service.js';
import { describeTemplate } from '../describe/template.js';
import { note, print } from '../output/streams.js';
import { readRefs } from '../refs.js';
import type { Session } from '../session.js';

/** All about each resource, what matters first. */
export async function describe(session: Session, words: string[], flags: { selector?: string; allNamespaces?: boolean }): Promise<void> {
  const parts: string[] = [];
  for (const { kind, name } of readRefs(words)) {
    const resources = session.client.of(kind);
    const namespace = kind.namespaced && !flags.allNamespaces ? session.namespace : undefined;
    const found = name !== undefined ? [await resources.get(name, namespace)] : (await resources.list({ namespace, labelSelector: flags.selector })).items;
    for (const item of found) parts.push(await describeOne(session, item));
  }
  if (parts.length === 0) note('Nothing found.');
  print(parts.join('\n\n\n'));
}

async function describeOne(session: Session, item: Resource): Promise<string> {
  if (item.kind === 'Service') return describeService(session, item as Service);
  if (item.kind === 'Job') return describeJob(session, item as Job);
  if (item.kind === 'Node') return describeNode(session, item as Node);
  if (item.kind === 'Template') return describeTemplate(item as Template);
  const { apiVersion: _a, kind: _k, metadata: _m, status, ...rest } = item;
  const { conditions: _c, ...others } = (status ?? {}) as Record<string, unknown>;
  // An event has its fields at the top, the others below spec.
  return sections([pairs(headOf(item)), block('Spec', rest.spec ?? rest), block('Status', others), conditionsOf(item), item.kind === 'Event' ? '' : await eventsOf(session, item)]);
}
