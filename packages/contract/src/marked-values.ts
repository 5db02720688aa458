import type { ParameterSchema } from './kinds/template.js';

export interface MarkedValue {
  value: unknown;
  /** Below `parameters`, such as `['ports', 0, 'external']`. */
  path: PropertyKey[];
}

interface Node {
  [keyword: string]: unknown;
  properties?: Record<string, Node>;
  patternProperties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  items?: Node | boolean;
  prefixItems?: Node[];
}

/** Values that the template's schema marks by `keyword: true`, at any depth, in alternatives too; `$ref` is not followed. */
export function markedValues(schema: ParameterSchema, parameters: Record<string, unknown>, keyword: string): MarkedValue[] {
  return [...valuesIn([schema], parameters, keyword, [])];
}

/** Whether anything in this part of a schema is marked. */
export function holdsMark(schema: unknown, keyword: string): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  return (schema as Node)[keyword] === true || Object.values(schema).some((inner) => holdsMark(inner, keyword));
}

function* valuesIn(schemas: unknown[], value: unknown, keyword: string, path: PropertyKey[]): Generator<MarkedValue> {
  const nodes = schemas.flatMap(withAlternatives);
  if (nodes.length === 0) return;
  if (nodes.some((node) => node[keyword] === true)) yield { value, path };
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* valuesIn(nodes.map((node) => node.prefixItems?.[index] ?? node.items), each, keyword, [...path, index]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) yield* valuesIn(nodes.flatMap((node) => below(node, key)), each, keyword, [...path, key]);
  }
}

function withAlternatives(schema: unknown): Node[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { allOf, anyOf, oneOf, then, else: otherwise } = schema as Node;
  return [schema as Node, ...[allOf, anyOf, oneOf, then, otherwise].flat().flatMap(withAlternatives)];
}

function below({ properties, patternProperties, additionalProperties }: Node, key: string): unknown[] {
  const own = properties && Object.hasOwn(properties, key) ? [properties[key]] : [additionalProperties];
  return [...own, ...Object.values(patternProperties ?? {})];
}
