import { existsField, type DriftedField } from './kinds/service.js';

const shown = 3;

/** What has drifted, the first three: `x memory: declared 512, real 256; x is missing; and 2 more`. Without `values` only where; '' when no field is named. */
export function driftText(fields: readonly DriftedField[], { values }: { values: boolean }): string {
  const real = fields.filter((each) => !each.ignored);
  const texts = real.slice(0, shown).map((each) => inWords(each, values));
  return texts.join('; ') + (real.length > shown ? `; and ${real.length - shown} more` : '');
}

function inWords({ resource, field, desired, live }: DriftedField, values: boolean): string {
  if (field === existsField) return `${resource} is ${live}`;
  return values ? `${resource} ${field}: declared ${desired}, real ${live}` : `${resource} ${field}`;
}
