import { revisionKind, serviceKind, templateKind, type Resource, type Revision, type Service, type Template } from '@spawnit/contract';
import type { Part } from '../context.js';
import { resealRevision } from '../keys/reseal.js';
import { find } from '../resources/records.js';
import { clusterEnvelopes } from './cluster-envelopes.js';
import { openForMerge } from './open-for-merge.js';
import { sealService } from './seal-service.js';

/** Seals the secrets of every service that is written. It must be the last that changes a service: others check what is in the clear. */
export const secretsPart: Part = (_app, context) => {
  const envelopes = clusterEnvelopes(context);
  context.hooks.merging.push(({ kind, object, patch }) => (kind.kind === serviceKind.kind ? (openForMerge(envelopes, object as Service, patch) as Resource) : object));
  context.hooks.admission.push(({ verb, kind, object, old, view, warn }) => {
    // A spec that was read before its keys were rotated is kept under the key of now.
    if (kind.kind === revisionKind.kind && verb === 'create') return resealRevision(envelopes, object as Revision) as Resource;
    if (kind.kind !== serviceKind.kind || (verb !== 'create' && verb !== 'update')) return object;
    const service = object as Service;
    const schema = find<Template>(view, templateKind, undefined, service.spec.template)?.spec.parameters;
    const { service: sealed, warnings } = sealService({ service, old: old as Service | undefined, schema, envelopes });
    warnings.forEach(warn);
    return sealed as Resource;
  });
};
