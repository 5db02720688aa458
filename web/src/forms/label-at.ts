import { labelOf, type FieldSchema } from './schema.js';

/** The label of a parameter by its path, such as `limits.memory_mb`: as the form asks for it, groups in front, with its unit. */
export function labelAt(schema: FieldSchema | undefined, path: string): string {
  const labels: string[] = [];
  let at = schema;
  for (const name of path.split('.')) {
    at = at?.properties?.[name];
    labels.push(at ? labelOf(name, at) : name);
  }
  const unit = at?.['x-unit'];
  return `${labels.join(' › ')}${unit ? ` (${unit})` : ''}`;
}

const parameters = 'spec.parameters.';

/** The same for a path of a service, and the path itself for what is no parameter. */
export function labelInService(schema: FieldSchema | undefined, field: string): string {
  return field.startsWith(parameters) ? labelAt(schema, field.slice(parameters.length)) : field;
}
