import { ApiError, type Identity, type KindDefinition, type Resource } from '@spawnit/contract';

/** Characters of what people may declare of one object, as JSON: twice what a body may have, for owners and sealed values are added to it. */
const most = 2 * 1024 * 1024;

/** Each patch has a bound, and any number of them would let an object grow, and be written whole each time. Throws PayloadTooLarge; what is too large may be made smaller. */
export function assertBounded({ role }: Identity, { plural }: KindDefinition, before: Resource | undefined, after: Resource): void {
  if (role !== 'admin' || sizeOf(after) <= most || (before && sizeOf(after) <= sizeOf(before))) return;
  const { name } = after.metadata;
  throw new ApiError('PayloadTooLarge', `${plural} "${name}" would have more than ${most} characters: take something out of it`, { kind: plural, name });
}

function sizeOf({ status: _status, ...declared }: Resource): number {
  return JSON.stringify(declared).length;
}
