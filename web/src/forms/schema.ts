/** The part of JSON Schema that forms are made of, with this project's own hints. */
export interface FieldSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  writeOnly?: boolean;
  properties?: Record<string, FieldSchema>;
  required?: string[];
  additionalProperties?: boolean | FieldSchema;
  contentMediaType?: string;
  'x-group'?: string;
  'x-order'?: number;
  'x-unit'?: string;
  'x-immutable'?: boolean;
}

export type FieldShape = 'switch' | 'radio' | 'select' | 'number' | 'secret' | 'lines' | 'text' | 'group' | 'yaml';

const radioAtMost = 4;
const longText = 500;

/** How a value of this schema is asked for. */
export function shapeOf(schema: FieldSchema): FieldShape {
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== 'null') : schema.type;
  if (schema.enum) return schema.enum.length <= radioAtMost ? 'radio' : 'select';
  if (type === 'boolean') return 'switch';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'object' && schema.properties) return 'group';
  if (type === 'object' || type === 'array') return 'yaml';
  if (schema.writeOnly) return 'secret';
  return schema.contentMediaType !== undefined || (schema.maxLength ?? 0) > longText ? 'lines' : 'text';
}

export interface FieldGroup {
  title: string;
  fields: { name: string; schema: FieldSchema; required: boolean }[];
}

/** The fields of an object, in the groups and the order that the template gives. */
export function groupsOf({ properties = {}, required = [] }: FieldSchema): FieldGroup[] {
  const fields = Object.entries(properties).map(([name, schema]) => ({ name, schema, required: required.includes(name) }));
  const titles = [...new Set(fields.map(({ schema }) => schema['x-group'] ?? 'Settings'))];
  const order = ({ schema }: { schema: FieldSchema }) => schema['x-order'] ?? Number.MAX_SAFE_INTEGER;
  return titles.map((title) => ({ title, fields: fields.filter(({ schema }) => (schema['x-group'] ?? 'Settings') === title).sort((a, b) => order(a) - order(b)) }));
}

export function labelOf(name: string, { title }: FieldSchema): string {
  return title ?? name.replaceAll('_', ' ');
}
