import { ApiError, describeIdentity, nearest, revisionKind, templateKind, type Revision, type Service, type ServiceSpec, type Template } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import { all, find } from '../resources/records.js';
import type { View } from '../store/log/view.js';
import { refusal, type Decide } from './action.js';
import { changeSpec } from './change-spec.js';

/** Declares what a revision has kept, secrets as they were sealed. How the service is watched over stays as it is. */
export const rollback: Decide<'rollback'> = (asked) => {
  const { service, body, view, scope } = asked;
  const revision = body.revision === undefined ? lastOther(view, service) : named(view, service, body.revision);
  const spec = keepPolicy(revision.spec.serviceSpec, service.spec);
  if (isDeepStrictEqual(spec, service.spec)) throw refusal(service, 'rolled back', `it is declared as revision ${revision.metadata.name} has it`);
  const why = `Rolled back to revision ${revision.metadata.name}`;
  return {
    ...changeSpec(asked, spec, why),
    warnings: moduleWarning(view, revision),
    next: nextOf(service),
    event: { reason: 'RolledBack', message: `${describeIdentity(scope.identity)}: ${why}.` },
  };
};

function keepPolicy(kept: ServiceSpec, { drift, approval, suspend }: ServiceSpec): ServiceSpec {
  return { ...kept, drift, approval, suspend };
}

function revisionsOf(view: View, { metadata }: Service): Revision[] {
  const mine = [...all<Revision>(view, revisionKind, metadata.namespace)].filter(({ spec }) => spec.serviceUid === metadata.uid);
  return mine.sort((a, b) => b.spec.generation - a.spec.generation);
}

function lastOther(view: View, service: Service): Revision {
  const { generation = 1 } = service.metadata;
  const found = revisionsOf(view, service).find(({ spec }) => spec.generation < generation && !isDeepStrictEqual(keepPolicy(spec.serviceSpec, service.spec), service.spec));
  if (!found) throw refusal(service, 'rolled back', 'no earlier revision of it differs');
  return found;
}

function named(view: View, service: Service, name: string): Revision {
  const { namespace, name: of } = service.metadata;
  const mine = revisionsOf(view, service);
  const found = mine.find(({ metadata }) => metadata.name === name);
  if (found) return found;
  const names = mine.map(({ metadata }) => metadata.name);
  const near = nearest(name, names);
  const there = near ? `, did you mean "${near}"?` : names.length > 0 ? `: there are ${names.slice(0, 10).join(', ')}` : '';
  throw new ApiError('NotFound', `service ${namespace}/${of} has no revision "${name}"${there}`, { kind: 'revisions', name });
}

/** The module comes with the template as it is now. */
function moduleWarning(view: View, { spec }: Revision): string[] {
  const now = find<Template>(view, templateKind, undefined, spec.serviceSpec.template)?.spec.module;
  return now === undefined || now === spec.module ? [] : ['the template names another module by now than the one that this revision was run with: look at the plan'];
}

function nextOf({ spec }: Service): string {
  if (spec.suspend) return 'the service is suspended: nothing is applied until it is resumed';
  return spec.approval === 'Manual' ? 'a new generation is planned, and its plan waits for approval' : 'a new generation is planned and applied';
}
