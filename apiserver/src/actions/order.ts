import { condition, describeIdentity, isTerminal, jobKind, openOrder, restartAnnotation, revertAnnotation, serviceKind, templateKind, type Job, type OrderAnnotation, type Resource, type Service, type ServiceAction, type Template } from '@spawnit/contract';
import { withoutManagers } from '../fields/managers.js';
import { withOwners } from '../fields/track.js';
import { all, find, putOp } from '../resources/records.js';
import { refusal, type Asked, type Decide, type Outcome } from './action.js';
import { driftedFields } from './drifted-field.js';

/** Has the reconciler apply again what is declared. */
export const revert: Decide<'revert'> = (asked) => {
  const { service, body, scope } = asked;
  assertApplied(service, 'reverted');
  const known = service.status?.drift?.verdict === 'Drifted' ? driftedFields(service) : [];
  if (known.length === 0 && !body.force && openOrder(service, revertAnnotation) === undefined) throw refusal(service, 'reverted', 'it is not drifted; force it to have it applied again all the same');
  const fields = known.filter(({ ignored }) => !ignored);
  return {
    ...annotated(asked, revertAnnotation, nextOrder(service, revertAnnotation)),
    changes: fields.map(({ resource, field, live, desired }) => ({ field: `${resource}.${field}`, before: live, after: desired })),
    warnings: known.length > fields.length ? ['fields that are ignored are set as declared, too'] : [],
    next: 'an apply makes everything of it as declared, not only one field',
    event: { reason: 'RevertRequested', message: `${describeIdentity(scope.identity)} has drift reverted.` },
  };
};

/** Has the reconciler make anew what runs, by an apply that replaces it. */
export const restart: Decide<'restart'> = (asked) => {
  const { service, scope, view } = asked;
  assertApplied(service, 'restarted');
  const template = find<Template>(view, templateKind, undefined, service.spec.template);
  if (template?.spec.binding !== 'Engine') throw refusal(service, 'restarted', 'what its provider makes may hold data, so it is not made anew just so; restart it there');
  return {
    ...annotated(asked, restartAnnotation, nextOrder(service, restartAnnotation, applyUnderWay(asked))),
    warnings: ['what its containers have written outside of volumes is gone with them'],
    next: 'an apply replaces its containers; volumes and networks stay',
    event: { reason: 'RestartRequested', message: `${describeIdentity(scope.identity)} has it restarted.` },
  };
};

/** Only what is applied as declared, and may be applied, can be applied again. */
function assertApplied(service: Service, what: string): void {
  const { spec, status, metadata } = service;
  if (spec.suspend) throw refusal(service, what, 'it is suspended: resume it, which applies it as well');
  if (status?.applied === undefined) throw refusal(service, what, 'nothing was applied yet');
  const waits = status.approval !== undefined && !status.approval.approved;
  if (waits && status.approval?.generation === metadata.generation) throw refusal(service, what, `plan ${status.approval!.job} of it waits for approval: approve that, or change the service`);
}

/** Its end may be known here before the reconciler has taken it in. */
function applyUnderWay({ view, service: { metadata, status } }: Asked<'restart'>): string | undefined {
  const jobs = [...all<Job>(view, jobKind, metadata.namespace)].filter(({ metadata: { name }, spec }) => spec.serviceUid === metadata.uid && spec.type === 'Apply' && name !== status?.applied?.job);
  return jobs.find((job) => job.metadata.name === status?.activeJob || !isTerminal(job.status?.phase))?.metadata.name;
}

/** Writes an order where the reconciler reads it; nothing when it stands there already. */
export function annotated({ service, scope }: Asked<ServiceAction>, annotation: string, order: string): Pick<Outcome, 'ops' | 'service'> {
  if (order === service.metadata.annotations?.[annotation]) return { ops: [], service };
  const whole = { ...service, metadata: { ...service.metadata, annotations: { ...service.metadata.annotations, [annotation]: order } } } as Resource;
  const changed = withOwners(serviceKind, service as Resource, withoutManagers(whole), whole, scope.fields);
  return { ops: [putOp(serviceKind, changed)], service: changed as Service };
}

/** The order that stands is kept, unless what it led to has come to a halt: then it is another one. */
function nextOrder(service: Service, annotation: OrderAnnotation, underWay?: string): string {
  const open = openOrder(service, annotation);
  const halted = condition(service, 'Stalled')?.status === 'True';
  if (open !== undefined && !halted) return open;
  const count = open === undefined ? 1 : Number(open.split('/')[1]) + 1;
  return `${[service.status!.applied!.job, ...(underWay === undefined ? [] : [underWay])].join('+')}/${count}`;
}
