import { collectionPath, kinds, type KindDefinition } from '@spawnit/contract';
import { gvkKeyword, gvkOf, objectJsonSchema, schemaName, type JsonSchema } from './schemas.js';

export interface OpenApiV2 {
  swagger: '2.0';
  info: { title: string; version: string };
  paths: Record<string, { patch: V2Operation }>;
  definitions: Record<string, JsonSchema>;
}

export interface V2Operation {
  operationId: string;
  consumes: string[];
  produces: string[];
  parameters: { name: string; in: 'query'; description: string; type: 'string' }[];
  responses: Record<string, { description: string }>;
  [gvkKeyword]: ReturnType<typeof gvkOf>;
}

/** What kubectl up to 1.26 checks objects by and explains them from. Paths are there to say that dryRun and fieldValidation work. */
export function openApiV2(version: string): OpenApiV2 {
  return {
    swagger: '2.0',
    info: { title: 'SpawnIt', version },
    paths: Object.fromEntries(kinds.map((kind) => [pathOf(kind), { patch: patchOf(kind) }])),
    definitions: Object.fromEntries(kinds.map((kind) => [schemaName(kind), simple(objectJsonSchema(kind))])),
  };
}

function pathOf(kind: KindDefinition): string {
  return `${collectionPath(kind, 'NAMESPACE').replace('NAMESPACE', '{namespace}')}/{name}`;
}

function patchOf(kind: KindDefinition): V2Operation {
  const parameter = (name: string, description: string) => ({ name, in: 'query' as const, description, type: 'string' as const });
  return {
    operationId: `patch${kind.kind}`,
    consumes: ['application/json-patch+json', 'application/merge-patch+json'],
    produces: ['application/json'],
    parameters: [parameter('dryRun', 'All: nothing is written'), parameter('fieldValidation', 'Strict, Warn or Ignore')],
    responses: { 200: { description: 'OK' } },
    [gvkKeyword]: gvkOf(kind),
  };
}

const kept = ['type', 'format', 'description', 'enum', 'required', gvkKeyword];

/** What OpenAPI 2 and kubectl's reading of it have words for; a choice between types becomes anything. */
function simple(schema: JsonSchema): JsonSchema {
  const result: JsonSchema = Object.fromEntries(Object.entries(schema).filter(([key]) => kept.includes(key)));
  if (schema.items) result.items = simple(schema.items);
  if (schema.properties) result.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, inner]) => [name, simple(inner)]));
  else if (typeof schema.additionalProperties === 'object') result.additionalProperties = simple(schema.additionalProperties);
  return result;
}
