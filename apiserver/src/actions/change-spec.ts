import { changeAnnotation, sensitiveMask, serviceKind, type ActionChange, type Resource, type Service, type ServiceAction, type ServiceSpec } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import { isMap } from '../fields/leaves.js';
import { withoutManagers } from '../fields/managers.js';
import { isSealed } from '../secrets/sealed-value.js';
import { planUpdate } from '../resources/write.js';
import type { Asked, Outcome } from './action.js';

/** The service with another spec, checked as any change of it is; `why` stands in the revision. */
export function changeSpec({ view, scope, service }: Asked<ServiceAction>, spec: ServiceSpec, why: string): Pick<Outcome, 'ops' | 'service' | 'changes'> {
  const generation = (service.metadata.generation ?? 1) + 1;
  const annotations = { ...service.metadata.annotations, [changeAnnotation]: `${generation} ${why.slice(0, 400)}` };
  // Owners are kept by the record, and not said anew.
  const wanted = withoutManagers({ ...service, spec, metadata: { ...service.metadata, annotations } } as Resource);
  const { ops, object } = planUpdate(view, scope, serviceKind, wanted);
  const changed = object as Service;
  // What came to nothing is not written just for the reason of it.
  if (changed.metadata.generation !== generation) return { ops: [], service, changes: [] };
  return { ops, service: changed, changes: differences('spec', service.spec, changed.spec) };
}

/** Where two specs differ, down to what is no object. Sealed values are masked. */
function differences(field: string, before: unknown, after: unknown): ActionChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isMap(before) || !isMap(after)) return [{ field, ...(before !== undefined && { before: textOf(before) }), ...(after !== undefined && { after: textOf(after) }) }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => differences(`${field}.${key}`, before[key], after[key]));
}

function textOf(value: unknown): string {
  return JSON.stringify(masked(value));
}

function masked(value: unknown): unknown {
  if (isSealed(value)) return sensitiveMask;
  if (Array.isArray(value)) return value.map(masked);
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each)])) : value;
}
