import { isObject } from '@spawnit/contract';

/**
 * Kubernetes' strategic merge patch, as far as the core kinds here need it: a merge patch whose lists of plain
 * values are united, and which takes the directives $patch, $retainKeys, $setElementOrder and $deleteFromPrimitiveList.
 * Source: the Kubernetes documentation of strategic merge patch. Neither argument is changed.
 */
export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  if (patch['$patch'] === 'delete') return {};
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  retain(result, patch['$retainKeys']);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deletion)) result[key.slice(deletion.length)] = minus(result[key.slice(deletion.length)], value);
    else if (key.startsWith('$')) continue;
    else if (value === null) delete result[key];
    else result[key] = isListOfPlain(value) ? union(result[key], value) : strategicMergePatch(result[key], value);
  }
  return result;
}

const deletion = '$deleteFromPrimitiveList/';

function retain(result: Record<string, unknown>, keys: unknown): void {
  if (!Array.isArray(keys)) return;
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
}

function minus(list: unknown, gone: unknown): unknown[] {
  return Array.isArray(list) && Array.isArray(gone) ? list.filter((value) => !gone.includes(value)) : [];
}

function union(list: unknown, more: unknown[]): unknown[] {
  return Array.isArray(list) ? [...new Set([...(list as unknown[]), ...more])] : more;
}

function isListOfPlain(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.every((each) => typeof each !== 'object');
}

function withoutDirectives(patch: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));
}
