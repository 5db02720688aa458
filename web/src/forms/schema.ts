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
  maxItems?: number;
  writeOnly?: boolean;
  properties?: Record<string, FieldSchema>;
  required?: string[];
  additionalProperties?: boolean | FieldSchema;
  items?: FieldSchema;
  contentMediaType?: string;
  'x-group'?: string;
  'x-order'?: number;
  'x-unit'?: string;
  'x-immutable'?: boolean;
  'x-from'?: { template: string; output: string };
}

export type FieldShape = 'switch' | 'radio' | 'search' | 'number' | 'secret' | 'lines' | 'text' | 'group' | 'list' | 'map' | 'yaml';

const radioAtMost = 4;
const longText = 4_096;
const lastPort = 65_535;

export function typeOf({ type }: FieldSchema): string | undefined {
  return Array.isArray(type) ? type.find((each) => each !== 'null') : type;
}

/** How a value of this schema is asked for. */
export function shapeOf(schema: FieldSchema): FieldShape {
  const type = typeOf(schema);
  if (schema.enum) return schema.enum.length <= radioAtMost ? 'radio' : 'search';
  if (type === 'boolean') return 'switch';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'object') return objectShape(schema);
  if (type === 'array') return schema.items && !['array', undefined].includes(typeOf(schema.items)) ? 'list' : 'yaml';
  if (schema.writeOnly) return 'secret';
  return schema.contentMediaType !== undefined || (schema.maxLength ?? 0) > longText ? 'lines' : 'text';
}

function objectShape({ properties, additionalProperties }: FieldSchema): FieldShape {
  if (properties) return 'group';
  return typeof additionalProperties === 'object' && typeOf(additionalProperties) === 'string' ? 'map' : 'yaml';
}

/** A slider is for amounts between two bounds; a port is a name in digits. */
export function hasSlider({ minimum, maximum }: FieldSchema): boolean {
  return minimum !== undefined && maximum !== undefined && maximum !== lastPort;
}

export interface NamedField {
  name: string;
  schema: FieldSchema;
  required: boolean;
}

export interface FieldGroup {
  title: string;
  fields: NamedField[];
}

/** The fields of an object in the order that the template gives. */
export function fieldsOf({ properties = {}, required = [] }: FieldSchema): NamedField[] {
  const order = ({ schema }: NamedField) => schema['x-order'] ?? Number.MAX_SAFE_INTEGER;
  return Object.entries(properties)
    .map(([name, schema]) => ({ name, schema, required: required.includes(name) }))
    .sort((a, b) => order(a) - order(b));
}

/** The same in the template's groups; a group stands where the first of its fields is written. */
export function groupsOf(schema: FieldSchema): FieldGroup[] {
  const groupOf = ({ 'x-group': group = 'Settings' }: FieldSchema) => group;
  const fields = fieldsOf(schema);
  const titles = [...new Set(Object.values(schema.properties ?? {}).map(groupOf))];
  return titles.map((title) => ({ title, fields: fields.filter(({ schema: of }) => groupOf(of) === title) }));
}

export function labelOf(name: string, { title }: FieldSchema): string {
  return title ?? name.replaceAll('_', ' ');
}

/** A secret that the server has: it gives back only that there is one. */
export function isSealed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '$sealed' in value;
}
