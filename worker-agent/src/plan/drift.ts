import { existsField, isIgnoredField, sensitiveMask, type CheckResult, type DriftedField, type RunInputs } from '@spawnit/contract';
import type { z } from 'zod';
import { differences, isUnset, knownAfterApply, sameValue, textOf, type FieldDifference } from './fields.js';
import { parameterOf } from './parameter.js';
import type { PlanJson, ResourceChange } from './plan-json.js';

type Field = z.infer<typeof DriftedField>;

/** So many are sent and recorded. */
const mostFields = 200;

/**
 * Whether what runs is what was declared, and where not. Pure. `changed` is what `plan -detailed-exitcode` said, which is the
 * verdict; the fields explain it. What a provider merely reads back otherwise (only in resource_drift) is no drift.
 */
export function judge(plan: PlanJson, changed: boolean, { ignoreFields, variables }: Pick<RunInputs, 'ignoreFields' | 'variables'>): Pick<CheckResult, 'verdict' | 'fields'> {
  if (!changed) return { verdict: 'Compliant', fields: [] };
  const fields = explainAll(plan).map((field): Field => {
    const parameter = parameterOf(plan, field, variables);
    return { ...field, ...(isIgnoredField(field, ignoreFields) && { ignored: true }), ...(parameter !== undefined && { parameter }) };
  });
  const counting = fields.filter((field) => !field.ignored);
  // What counts comes first, so that no number of ignored fields hides it: the verdict is judged once more by what is sent.
  const shown = [...counting, ...fields.filter((field) => field.ignored)].slice(0, mostFields);
  return { verdict: counting.length === 0 ? 'Compliant' : 'Drifted', fields: shown };
}

function explainAll(plan: PlanJson): Field[] {
  const resources = plan.resource_changes.flatMap((change) => explain(change, plan.resource_drift.find(({ address }) => address === change.address)));
  if (resources.length > 0) return resources;
  const outputs = Object.entries(plan.output_changes).flatMap(([name, change]): Field[] => {
    const secret = change.before_sensitive === true || change.after_sensitive === true;
    if (change.actions[0] === 'no-op') return [];
    const text = (value: unknown) => (secret ? sensitiveMask : textOf(value));
    return [{ resource: `output.${name}`, field: 'value', desired: text(change.before), live: change.after_unknown === true ? knownAfterApply : text(change.after) }];
  });
  if (outputs.length > 0) return outputs;
  return plan.resource_changes.some(isReadByCheck) ? [] : [{ resource: '(plan)', field: '(changes)', desired: 'none', live: 'some, which the plan does not name' }];
}

/** A data source inside a `check` block is read in each plan and once more in its apply, so such a plan is never called empty. */
function isReadByCheck({ change, action_reason: reason }: ResourceChange): boolean {
  return change.actions.join() === 'read' && reason === 'read_because_check_nested';
}

function explain(planned: ResourceChange, drift: ResourceChange | undefined): Field[] {
  const { address: resource, change, action_reason: reason } = planned;
  const only = (field: string, desired: string, live: string): Field[] => [{ resource, field, desired, live }];
  switch (change.actions.join()) {
    case 'no-op':
    case 'read':
      return [];
    case 'create':
      return only(existsField, 'present', 'missing');
    case 'delete':
    case 'forget':
      return only(existsField, 'absent', 'present');
    case 'update':
      return orElse(differences(change).filter((d) => !d.unknown).map((d) => asField(resource, d, drift)), () => only('(resource)', 'as declared', 'changed'));
    default:
      if (reason === 'replace_because_tainted') return only('(tainted)', 'whole', 'left half made by a failed run');
      return orElse(replaced(planned, drift), () => only('(resource)', 'as declared', reason ?? 'must be replaced'));
  }
}

/** Of a replacement all computed fields differ. What matters is what forces it, what is declared and different, and what nobody declared and was set since. */
function replaced({ address, change }: ResourceChange, drift: ResourceChange | undefined): Field[] {
  const setSince = new Set(drift ? differences(drift.change).filter(({ raw }) => isUnset(raw.before)).map(({ field }) => field) : []);
  const matters = (d: FieldDifference) => d.forcesReplacement || (!d.unknown && (!isUnset(d.raw.after) || setSince.has(d.field)));
  return differences(change).filter(matters).map((d) => asField(address, d, drift));
}

/** The live value is the plan's `before`. Where the plan just unsets a field, what it was before it drifted says more. */
function asField(resource: string, difference: FieldDifference, drift: ResourceChange | undefined): Field {
  const { field, before: live, after, raw } = difference;
  const was = drift === undefined ? undefined : differences(drift.change).find((d) => d.field === field);
  const desired = isUnset(raw.after) && !difference.unknown && was !== undefined && sameValue(was.raw.after, raw.before) ? was.before : after;
  return { resource, field, desired, live };
}

function orElse(fields: Field[], other: () => Field[]): Field[] {
  return fields.length > 0 ? fields : other();
}
