import type { OutputUnit } from '@cfworker/json-schema';
import { joinPath, nearest, type Cause } from '@spawnit/contract';

export interface SchemaNode {
  [keyword: string]: unknown;
  title?: string;
  properties?: Record<string, SchemaNode>;
  minimum?: number;
  maximum?: number;
}

interface Surroundings {
  schema: SchemaNode;
  parameters: Record<string, unknown>;
  /** Names of top-level parameters of whose values nothing may be shown. */
  secret: ReadonlySet<string>;
}

/** One failure of the validator as a cause that names the field, its title, what it must be, and what it is. */
export function causeOf(unit: OutputUnit, { schema, parameters, secret }: Surroundings): Cause {
  const at = pointer(unit.instanceLocation);
  const value = follow(parameters, at);
  const node = follow(schema, pointer(unit.keywordLocation).slice(0, -1)) as SchemaNode | undefined;
  if (unit.keyword === 'required') return missing(unit, at, node, parameters);
  if (unit.keyword === 'false') return unknown(at, schema, parameters);
  const field = fieldOf(at, parameters);
  const shown = secret.has(at[0]!) ? '' : got(value);
  return { field, reason: 'FieldValueInvalid', message: `${node?.title ?? at.at(-1) ?? 'It'} ${demand(unit, node)}${shown}` };
}

function missing({ error }: OutputUnit, at: string[], node: SchemaNode | undefined, parameters: Record<string, unknown>): Cause {
  const name = /"(.*)"/.exec(error)?.[1] ?? '';
  return { field: fieldOf([...at, name], parameters), reason: 'FieldValueRequired', message: `${node?.properties?.[name]?.title ?? name} is required` };
}

function unknown(at: string[], schema: SchemaNode, parameters: Record<string, unknown>): Cause {
  const name = at.at(-1)!;
  const holder = holderOf(schema, at);
  const near = nearest(name, Object.keys(holder?.properties ?? {}));
  return { field: fieldOf(at, parameters), reason: 'FieldValueUnknown', message: `unknown parameter "${name}"${near ? `, did you mean "${near}"?` : ''}` };
}

/** The schema of the object in which an unknown property stands, found by going down along the value. */
function holderOf(schema: SchemaNode, at: string[]): SchemaNode | undefined {
  return at.slice(0, -1).reduce<SchemaNode | undefined>((node, part) => {
    const inner = node?.properties && Object.hasOwn(node.properties, part) ? node.properties[part] : (node?.['items'] ?? node?.['additionalProperties']);
    return inner as SchemaNode | undefined;
  }, schema);
}

const types: Record<string, string> = { integer: 'a whole number', number: 'a number', string: 'text', boolean: 'true or false', array: 'a list', object: 'an object', null: 'null' };

function demand({ keyword, error }: OutputUnit, node: SchemaNode | undefined): string {
  const bound = node?.[keyword];
  if (typeof node?.['x-message'] === 'string') return node['x-message'];
  switch (keyword) {
    case 'minimum':
    case 'maximum':
      return node?.minimum !== undefined && node.maximum !== undefined ? `must be ${node.minimum}–${node.maximum}${unitOf(node)}` : `must be at ${keyword === 'minimum' ? 'least' : 'most'} ${String(bound)}${unitOf(node)}`;
    case 'type':
      return `must be ${[bound].flat().map((type) => types[String(type)] ?? String(type)).join(' or ')}`;
    case 'enum':
      return `must be one of ${(bound as unknown[]).join(', ')}`;
    case 'const':
      return `must be ${JSON.stringify(bound)}`;
    case 'pattern':
      return `must match ${String(bound)}`;
    case 'minLength':
      return bound === 1 ? 'must not be empty' : `must have at least ${String(bound)} characters`;
    case 'maxLength':
      return `must have at most ${String(bound)} characters`;
    case 'minItems':
    case 'minProperties':
      return `must have at least ${String(bound)} ${bound === 1 ? 'entry' : 'entries'}`;
    case 'maxItems':
    case 'maxProperties':
      return `must have at most ${String(bound)} ${bound === 1 ? 'entry' : 'entries'}`;
    case 'uniqueItems':
      return 'must not have an entry twice';
    case 'format':
      return `must be a valid ${String(bound)}`;
    case 'oneOf':
    case 'anyOf':
      return choice(keyword, bound as SchemaNode[] | undefined);
    default:
      return `is not valid: ${error}`;
  }
}

function choice(keyword: 'oneOf' | 'anyOf', options: SchemaNode[] | undefined): string {
  const names = options?.flatMap((option) => (Array.isArray(option['required']) ? (option['required'] as string[]) : [])) ?? [];
  const how = keyword === 'oneOf' ? 'exactly one' : 'at least one';
  return names.length > 0 ? `must have ${how} of ${names.join(', ')}` : `must match ${how} of its alternatives`;
}

function unitOf(node: SchemaNode | undefined): string {
  return typeof node?.['x-unit'] === 'string' ? ` ${node['x-unit']}` : '';
}

function got(value: unknown): string {
  if (typeof value === 'object' && value !== null) return '';
  const text = JSON.stringify(value) as string | undefined;
  return text !== undefined && text.length <= 60 ? ` (got ${text})` : '';
}

function fieldOf(at: string[], parameters: unknown): string {
  let value = parameters;
  const path = at.map((part) => {
    const inList = Array.isArray(value);
    value = (value as Record<string, unknown> | undefined | null)?.[part];
    return inList ? Number(part) : part;
  });
  return joinPath('spec.parameters', path);
}

function pointer(location: string): string[] {
  return location.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function follow(from: unknown, path: string[]): unknown {
  return path.reduce<unknown>((at, part) => (typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? (at as Record<string, unknown>)[part] : undefined), from);
}
