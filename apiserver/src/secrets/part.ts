import { revisionKind, serviceKind, templateKind, type ParameterSchema, type Resource, type Revision, type Service, type Template } from '@spawnit/contract';
import type { Part } from '../context.js';
import { resealRevision } from '../keys/reseal.js';
import { find } from '../resources/records.js';
import type { View } from '../store/log/view.js';
import { clusterEnvelopes } from './cluster-envelopes.js';
import { openForMerge } from './open-for-merge.js';
import { sealService } from './seal-service.js';

/** Seals the secrets of every service that is written. It must be the last that changes a service: others check what is in the clear. */
export const secretsPart: Part = (_app, context) => {
  const envelopes = clusterEnvelopes(context);
  context.hooks.merging.push(({ kind, object, patch, view }) => (kind.kind === serviceKind.kind ? (openForMerge(envelopes, object as Service, patch, (template) => schemaOf(view, template)) as Resource) : object));
  context.hooks.admission.push(({ verb, kind, object, old, view, warn }) => {
    // A spec that was read before its keys were rotated is kept under the key of now.
    if (kind.kind === revisionKind.kind && verb === 'create') return resealRevision(envelopes, object as Revision) as Resource;
    if (kind.kind !== serviceKind.kind || (verb !== 'create' && verb !== 'update')) return object;
    const service = object as Service;
    const schema = schemaOf(view, service.spec.template);
    const { service: sealed, warnings } = sealService({ service, old: old as Service | undefined, schema, envelopes });
    warnings.forEach(warn);
    return sealed as Resource;
  });
};

function schemaOf(view: View, template: string): ParameterSchema | undefined {
  return find<Template>(view, templateKind, undefined, template)?.spec.parameters;
}
