import { isObject, sensitiveMask } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import type { PlanChange } from './plan-json.js';

export interface FieldDifference {
  field: string;
  before: string;
  after: string;
  /** The new value is not known before it is done. */
  unknown: boolean;
  forcesReplacement: boolean;
  /** The raw values, for judging; never shown. */
  raw: { before: unknown; after: unknown };
}

export const knownAfterApply = '(known after apply)';

/** The top-level fields in which two states of a resource differ, in order of their names. Secrets are masked. */
export function differences(change: PlanChange): FieldDifference[] {
  const before = asObject(change.before);
  const after = asObject(change.after);
  const unknown = asObject(change.after_unknown);
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  return [...names].sort().flatMap((field) => {
    const isUnknown = unknown[field] === true;
    if (!isUnknown && sameValue(before[field], after[field])) return [];
    const secret = marked(change.before_sensitive, field) || marked(change.after_sensitive, field);
    return [
      {
        field,
        before: secret && !isUnset(before[field]) ? sensitiveMask : textOf(before[field]),
        after: secret ? sensitiveMask : isUnknown ? knownAfterApply : textOf(after[field]),
        unknown: isUnknown,
        forcesReplacement: change.replace_paths?.some(([first]) => first === field) ?? false,
        raw: { before: before[field], after: after[field] },
      },
    ];
  });
}

/** Whether two values mean the same to a provider: it reads back '', 0, false, [] and {} where nothing was set. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (isEmpty(a) && isEmpty(b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => sameValue(value, b[i]));
  if (isObject(a) && isObject(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => sameValue(a[key], b[key]));
  return isDeepStrictEqual(a, b);
}

export function isUnset(value: unknown): boolean {
  return value === null || value === undefined;
}

function isEmpty(value: unknown): boolean {
  return isUnset(value) || value === '' || value === 0 || value === false || (typeof value === 'object' && Object.keys(value as object).length === 0);
}

/** JSON text, at most 300 characters. */
export function textOf(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}

/** A field with anything sensitive in it is masked as a whole. */
function marked(marks: unknown, field: string): boolean {
  return marks === true || anyTrue(asObject(marks)[field]);
}

export function anyTrue(marks: unknown): boolean {
  return marks === true || (typeof marks === 'object' && marks !== null && Object.values(marks).some(anyTrue));
}

export function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
