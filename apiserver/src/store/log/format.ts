import { RegistryDamaged, RegistryNewer } from './errors.js';
import type { JsonObject } from './json.js';

/**
 * Formats of the log's objects and of the records in them. This server reads the newest and the one before, and writes the
 * older until the record says otherwise, so that servers of two versions can run side by side while one follows the other.
 *
 * 1: as first published. 2: writes of controllers are fenced by leases, states have a history, seals a ring of keys; a
 * server that knows nothing of these would undo them, and stops at the first commit of format 2.
 */
export const formats = { oldest: 1, newest: 2 } as const;

/** Holds `{format}`; raised by people when no server of the version before is left. Never lowered. */
export const formatKey = 'meta/format';

interface Readable {
  get(key: string): { value: JsonObject } | undefined;
}

export function formatIn(records: Readable): number {
  const format = records.get(formatKey)?.value['format'];
  return typeof format === 'number' ? format : formats.oldest;
}

/** The format of the commit that holds these operations: the one that raises it is of the new format already, so that nobody who can't read it writes behind it. */
export function formatOf(records: Readable, ops: Iterable<{ op: string; key: string; value?: JsonObject }>): number {
  let format = formatIn(records);
  for (const { op, key, value } of ops) if (op === 'put' && key === formatKey) format = Number(value!['format']);
  return format;
}

/** Throws RegistryNewer for what a later version wrote, RegistryDamaged for what no version did. */
export function assertKnown(key: string, format: unknown): void {
  if (typeof format !== 'number') throw new RegistryDamaged(key, 'says nothing of its format');
  if (format >= formats.oldest && format <= formats.newest) return;
  throw new RegistryNewer(key, format, formats);
}
