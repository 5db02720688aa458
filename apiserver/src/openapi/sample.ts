import type { JsonSchema } from './schemas.js';

/** A small value that fits a schema, for documents: what must be there, and nothing else. */
export function sample(schema: JsonSchema): unknown {
  if ('example' in schema) return schema['example'];
  if ('default' in schema) return schema['default'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const choice = ((schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as JsonSchema[] | undefined)?.[0];
  if (choice) return sample(choice);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((name) => [name, sample(schema.properties?.[name] ?? {})]));
    case 'array':
      return schema['minItems'] ? [sample(schema.items ?? {})] : [];
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return schema['format'] === 'date-time' ? '2026-01-01T12:00:00Z' : 'example';
    default:
      return {};
  }
}
