import type { FieldSchema } from './schema.js';

export const hidden = '(not shown)';

/** The same values to look at: what the template calls a secret is not among them. */
export function hideSecrets({ properties = {} }: FieldSchema, values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, properties[name]?.writeOnly ? hiddenOf(value) : value]));
}

function hiddenOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return hidden;
  return Object.fromEntries(Object.keys(value).map((key) => [key, hidden]));
}
