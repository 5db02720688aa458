import { ApiError, type DriftedField, type FieldChoice, type Service } from '@spawnit/contract';

/** The drifted field that is meant. Throws Conflict when it is none (any more), or has another value by now. */
export function driftedField({ metadata, status }: Service, choice: FieldChoice): DriftedField {
  const refuse = (why: string) => new ApiError('Conflict', `service ${metadata.namespace}/${metadata.name}: ${choice.resource}.${choice.field} ${why}`, { kind: 'services', name: metadata.name });
  const drift = status?.drift;
  const found = drift?.generation === metadata.generation ? drift?.fields.find(({ resource, field }) => resource === choice.resource && field === choice.field) : undefined;
  if (!found) throw refuse('is not drifted (any more): have it checked, then look again');
  if (choice.live !== undefined && choice.live !== found.live) throw refuse(`is ${found.live} by now, not ${choice.live}: look again`);
  return found;
}
