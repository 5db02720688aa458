import { isObject } from '@spawnit/contract';
import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { anyTrue, asObject } from './fields.js';
import type { PlanChange, PlanJson, ResourceChange } from './plan-json.js';

/**
 * Names a plan: over all that it would do, in full, not over what people are shown of it. Secrets are in there, so it takes a
 * key that readers of the digest don't have: nobody finds them by trying. Pure.
 */
export function digestOf({ resource_changes: changes }: Pick<PlanJson, 'resource_changes'>, key: string): string {
  const done = changes.filter(isDone).map(whatIsDone).sort();
  return createHmac('sha256', key).update(JSON.stringify(done)).digest('hex');
}

function isDone({ change }: ResourceChange): boolean {
  return Boolean(change.importing) || !['no-op', 'read'].includes(change.actions.join());
}

function whatIsDone({ address, change }: ResourceChange): string {
  const forcing = (change.replace_paths ?? []).map(canonical).sort();
  return canonical([address, change.actions, change.importing ?? null, forcing, fieldsOf(change)]);
}

/** Of what stays, the fields that change; of what is made anew, all: an address that an engine gave it meanwhile is nobody's decision. */
function fieldsOf(change: PlanChange): unknown[] {
  const [before, after, unknown] = [asObject(change.before), asObject(change.after), asObject(change.after_unknown)];
  const anew = change.actions.includes('create');
  return [...new Set([before, after, unknown].flatMap(Object.keys))].sort().flatMap((field) => {
    const [was = null, will = null, open = null] = [before[field], after[field], unknown[field]];
    const forces = change.replace_paths?.some(([first]) => first === field) ?? false;
    if (open === true && anew && !forces) return [[field, open]];
    if (isDeepStrictEqual(was, will) && !anyTrue(open)) return anew ? [[field, will]] : [];
    return [[field, was, will, open]];
  });
}

/** The same text for the same value, whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));
}
