import { ApiError, type StateSerial } from '@spawnit/contract';
import type { KeptState } from './history.js';

/** How a kept serial looks to people. */
export function serialOf(entry: KeptState, current: boolean): StateSerial {
  const { serial, lineage, epoch, resources, size, time, job, by, restoredFrom } = entry;
  return { serial, lineage, epoch, current, resources, size, time, job, by, restoredFrom };
}

/** NotFound for a serial that is not kept, with those that are nearest. */
export function nearestSerials(at: { namespace: string; name: string }, wanted: number, kept: readonly KeptState[]): ApiError {
  const about = { kind: 'services', name: at.name };
  const first = kept[0];
  if (first === undefined) return new ApiError('NotFound', `service ${at.namespace}/${at.name} has no state: nothing was ever applied`, about);
  const near = kept.map(({ serial }) => serial).sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted)).slice(0, 3).sort((a, b) => a - b);
  const range = `${kept.length} ${kept.length === 1 ? 'is' : 'are'} kept, from ${first.serial} to ${kept.at(-1)!.serial}`;
  return new ApiError('NotFound', `service ${at.namespace}/${at.name} has no state of serial ${wanted} (any more): ${range}; nearest: ${near.join(', ')}`, about);
}
