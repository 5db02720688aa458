import { ApiError, authorAnnotation, invalid, namespaceKind, nearest, serviceFinalizer, serviceKind, templateKind, type Cause, type Namespace, type Resource, type Service, type Template } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import type { View } from '../../store/log/view.js';
import type { Admission, AdmissionRequest } from '../hooks.js';
import { all, find } from '../records.js';
import { dependencyCauses } from './dependencies.js';
import { hostPathCauses } from './host-paths.js';
import { hostPortCauses } from './host-port-clash.js';
import { parameterCauses } from './parameters.js';

/** What must be true of a service beyond its own shape: template, parameters, dependencies, ports, host paths, quota, approval. */
export const admitService = (hostPaths: readonly string[]): Admission => (request) => {
  if (request.kind.kind !== 'Service') return request.object;
  if (request.verb === 'updateStatus') return withApprover(request);
  if (request.verb === 'delete') return request.object;
  const old = request.old as Service | undefined;
  const isNew = !isDeepStrictEqual((request.object as Service).spec, old?.spec);
  const service = withAuthor(request, isNew);
  if (isNew) checkSpec(request.view, service, old, hostPaths);
  if (old) return service;
  checkQuota(request.view, service);
  return { ...service, metadata: { ...service.metadata, finalizers: [...new Set([...(service.metadata.finalizers ?? []), serviceFinalizer])] } };
};

/** Who declared this generation stands in its revision, which may be made later: nobody else says who it was. */
function withAuthor({ object, old, identity }: AdmissionRequest, isNew: boolean): Service {
  const { [authorAnnotation]: said, ...others } = object.metadata.annotations ?? {};
  const author = isNew ? identity.name : old?.metadata.annotations?.[authorAnnotation];
  if (said === author) return object as Service;
  const annotations = { ...others, ...(author !== undefined && { [authorAnnotation]: author }) };
  return { ...object, metadata: { ...object.metadata, annotations } } as Service;
}

function checkSpec(view: View, service: Service, old: Service | undefined, hostPaths: readonly string[]): void {
  const { name } = service.metadata;
  const template = find<Template>(view, templateKind, undefined, service.spec.template);
  const causes = template ? [...specCauses(view, service, old, template), ...hostPathCauses(hostPaths, service, template)] : [unknownTemplate(view, service.spec.template)];
  if (causes.length > 0) throw invalid({ kind: 'Service', name }, causes);
}

function specCauses(view: View, service: Service, old: Service | undefined, template: Template): Cause[] {
  const supplied = new Set(service.spec.parametersFrom.map(({ parameter }) => parameter));
  const causes = parameterCauses(template.spec.parameters, service.spec.parameters, supplied);
  return [...causes, ...dependencyCauses(view, service, template), ...hostPortCauses(view, service, template), ...(old ? immutableCauses(view, service, old, template) : [])];
}

function unknownTemplate(view: View, template: string): Cause {
  const known = [...all(view, templateKind)].map(({ metadata }) => metadata.name);
  const near = nearest(template, known);
  return { field: 'spec.template', reason: 'FieldValueNotFound', message: `there is no template "${template}"${near ? `, did you mean "${near}"?` : '; `get templates` lists them'}` };
}

/** What can't be changed once something real was made of it. */
function immutableCauses(view: View, service: Service, old: Service, template: Template): Cause[] {
  const before = find<Template>(view, templateKind, undefined, old.spec.template);
  if (before && (before.spec.provider !== template.spec.provider || before.spec.binding !== template.spec.binding))
    return [{ field: 'spec.template', reason: 'FieldValueForbidden', message: `a service of ${before.spec.title} can't become one of ${template.spec.title}, which is made by another provider: create a new service` }];
  const value = (of: Service, name: string) => of.spec.parameters[name] ?? template.spec.parameters.properties[name]?.['default'];
  return Object.entries(template.spec.parameters.properties)
    // A secret is stored sealed: whether it is the same can't be told by comparing.
    .filter(([name, property]) => property['x-immutable'] === true && property['writeOnly'] !== true && !isDeepStrictEqual(value(service, name), value(old, name)))
    .map(([name, { title }]) => ({ field: `spec.parameters.${name}`, reason: 'FieldValueForbidden', message: `${String(title ?? name)} can't be changed once the service exists: create a new one` }));
}

function checkQuota(view: View, { metadata: { namespace, name } }: Service): void {
  const most = find<Namespace>(view, namespaceKind, undefined, namespace!)?.spec?.maxServices;
  if (most === undefined) return;
  const there = [...all(view, serviceKind, namespace)].filter((other) => !other.metadata.deletionTimestamp).length;
  if (there < most) return;
  throw new ApiError('Forbidden', `services.spawnit.dev "${name}" is forbidden: namespace ${namespace} may have ${most} services and has ${there}: delete one, or raise spec.maxServices of the namespace`, { kind: 'services', name });
}

/** People approve the very plan that they saw, and nothing else of the approval is theirs to say. */
function withApprover({ object, old, identity }: AdmissionRequest): Resource {
  const { status } = object as Service;
  const before = (old as Service).status?.approval;
  if (identity.role !== 'admin' || isDeepStrictEqual(status?.approval, before)) return object;
  const approval = status?.approval;
  if (!before || !approval) throw new ApiError('Conflict', `service "${object.metadata.name}" has no plan that waits for approval`, { kind: 'services', name: object.metadata.name });
  if (approval.planDigest !== before.planDigest || approval.job !== before.job || approval.generation !== before.generation)
    throw new ApiError('Conflict', `the plan that waits for approval is another one by now (job ${before.job}): look at it, then approve that one`, { kind: 'services', name: object.metadata.name });
  return { ...object, status: { ...status, approval: { ...approval, ...(approval.approved && { rejected: undefined }), by: identity.name } } } as Resource;
}
