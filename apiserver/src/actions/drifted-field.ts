import { ApiError, currentDrift, type DriftedField, type FieldChoice, type Service } from '@spawnit/contract';

/** What the last check found, if it is of what is declared and not from before the last apply. */
export function driftedFields(service: Service): readonly DriftedField[] {
  return currentDrift(service)?.fields ?? [];
}

/** The drifted field that is meant. Throws Conflict when it is none (any more), or has another value by now. */
export function driftedField(service: Service, choice: FieldChoice): DriftedField {
  const { metadata } = service;
  const refuse = (why: string) => new ApiError('Conflict', `service ${metadata.namespace}/${metadata.name}: ${choice.resource}.${choice.field} ${why}`, { kind: 'services', name: metadata.name });
  const found = driftedFields(service).find(({ resource, field }) => resource === choice.resource && field === choice.field);
  if (!found) throw refuse('is not drifted (any more): have it checked, then look again');
  if (choice.live !== undefined && choice.live !== found.live) throw refuse(`is ${found.live} by now, not ${choice.live}: look again`);
  return found;
}
