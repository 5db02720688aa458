import { Status, kinds, type KindDefinition } from '@spawnit/contract';
import { z } from 'zod';
import { objectSchema } from '../resources/schema.js';

export interface JsonSchema {
  [keyword: string]: unknown;
  type?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
}

/** Under what name a kind's schema stands in the documents, as Kubernetes names its own. */
export function schemaName(kind: KindDefinition): string {
  return kind.group === '' ? `io.k8s.api.core.v1.${kind.kind}` : `dev.spawnit.v1.${kind.kind}`;
}

export const gvkKeyword = 'x-kubernetes-group-version-kind';

export function gvkOf(kind: KindDefinition): { group: string; version: string; kind: string } {
  return { group: kind.group, version: 'v1', kind: kind.kind };
}

const texts: Record<string, string> = {
  apiVersion: 'Group and version of the API that this object is of.',
  kind: 'What this object is.',
  metadata: 'Name, labels and what else every object has.',
  spec: 'What is wanted. People write it.',
  status: 'What is. The system writes it, and it is left out of account when an object is created or changed.',
};

/** The schema of objects of this kind, as they are sent, made from the contract (OpenAPI 3.0's dialect of JSON Schema). */
export function objectJsonSchema(kind: KindDefinition): JsonSchema {
  const schema = wireSchema(objectSchema(kind), 'input');
  const properties = Object.fromEntries(Object.entries(schema.properties!).map(([name, property]) => [name, { ...(texts[name] && { description: texts[name] }), ...property }]));
  return { ...schema, properties, [gvkKeyword]: [gvkOf(kind)] };
}

export function statusJsonSchema(): JsonSchema {
  return wireSchema(Status, 'input');
}

/** Schemas of all kinds of a group, by their names. */
export function schemasOf(group: KindDefinition['group']): Record<string, JsonSchema> {
  return Object.fromEntries(kinds.filter((kind) => kind.group === group).map((kind) => [schemaName(kind), objectJsonSchema(kind)]));
}

/** What is sent or answered, in OpenAPI 3.0's words. */
export function wireSchema(of: z.ZodType, io: 'input' | 'output' = 'output'): JsonSchema {
  return plain(z.toJSONSchema(of, { io, target: 'openapi-3.0', unrepresentable: 'any' })) as JsonSchema;
}

/** Takes away what says nothing: bounds of what a number can hold, and the dialect's name. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !(key === '$schema' || key === '~standard' || (key === 'maximum' && inner === Number.MAX_SAFE_INTEGER) || (key === 'minimum' && inner === Number.MIN_SAFE_INTEGER)));
  return Object.fromEntries(kept.map(([key, inner]) => [key, plain(inner)]));
}
