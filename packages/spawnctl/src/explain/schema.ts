/** The part of JSON Schema and OpenAPI that says which fields there are. */
export interface SchemaNode {
  $ref?: string;
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
  items?: SchemaNode | boolean;
  allOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  required?: string[];
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  writeOnly?: boolean;
}

type Schemas = Record<string, SchemaNode>;

/** The fields below it, of a list those of its items. */
export function fieldsOf(node: SchemaNode, schemas: Schemas): Record<string, SchemaNode> {
  const parts = partsOf(node, schemas);
  return Object.assign({}, ...parts.map(({ properties, items }) => properties ?? (typeof items === 'object' ? fieldsOf(items, schemas) : {})));
}

/** Which of them must be there. */
export function requiredOf(node: SchemaNode, schemas: Schemas): string[] {
  return partsOf(node, schemas).flatMap(({ required = [], properties, items }) => (properties || typeof items !== 'object' ? required : requiredOf(items, schemas)));
}

export function nodeAt(node: SchemaNode, field: string, schemas: Schemas): SchemaNode | undefined {
  const fields = fieldsOf(node, schemas);
  const found = Object.hasOwn(fields, field) ? fields[field] : undefined;
  // Words beside a reference are of this place, and say more than those of what it refers to.
  return found && { ...Object.assign({}, ...partsOf(found, schemas).reverse()), ...found };
}

/** As kubectl names types: string, []Object, map[string]string. */
export function typeOf(node: SchemaNode, schemas: Schemas): string {
  const parts = partsOf(node, schemas);
  const of = <K extends keyof SchemaNode>(key: K) => parts.find((part) => part[key] !== undefined)?.[key];
  const items = of('items');
  if (items !== undefined) return `[]${typeof items === 'object' ? typeOf(items, schemas) : 'any'}`;
  if (of('properties')) return 'Object';
  const rest = of('additionalProperties');
  if (typeof rest === 'object' && Object.keys(rest).length > 0) return `map[string]${typeOf(rest, schemas)}`;
  if (of('enum')) return 'enum';
  const type = [of('type') ?? []].flat().filter((word) => word !== 'null');
  return type.length === 0 ? 'any' : type.map((word) => (word === 'object' ? 'Object' : word)).join('|');
}

function partsOf(node: SchemaNode, schemas: Schemas): SchemaNode[] {
  const target = node.$ref === undefined ? undefined : schemas[node.$ref.split('/').at(-1)!];
  const inner = [...(target ? [target] : []), ...(node.allOf ?? []), ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return [node, ...inner.flatMap((each) => partsOf(each, schemas))];
}
