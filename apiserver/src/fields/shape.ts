import type { KindDefinition } from '@spawnit/contract';
import { z } from 'zod';
import { objectSchema } from '../resources/schema.js';

/** How a value falls apart into fields that can have different owners. undefined: told from the value itself. */
export interface Shape {
  fields?: Record<string, Shape | undefined>;
  /** Of all other keys. */
  rest?: Shape;
  /** A list whose items are told apart by these of their fields. */
  keys?: string[];
  /** A list of plain values, each of which can have owners of its own. */
  set?: boolean;
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  'x-kubernetes-list-type'?: 'map' | 'set' | 'atomic';
  'x-kubernetes-list-map-keys'?: string[];
}

const shapes = new WeakMap<KindDefinition, Shape>();

/** Made from the contract: maps are granular, lists are one field unless the contract names their keys. */
export function shapeOf(kind: KindDefinition): Shape {
  let shape = shapes.get(kind);
  if (shape === undefined) shapes.set(kind, (shape = shapeIn(z.toJSONSchema(objectSchema(kind), { io: 'input', unrepresentable: 'any' }) as JsonSchema) ?? {}));
  return shape;
}

function shapeIn(schema: JsonSchema): Shape | undefined {
  const { properties, additionalProperties, items } = schema;
  if (schema['x-kubernetes-list-type'] === 'map') return { keys: schema['x-kubernetes-list-map-keys'] ?? [], rest: items && shapeIn(items) };
  if (schema['x-kubernetes-list-type'] === 'set') return { set: true };
  if (properties) return { fields: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, shapeIn(inner)])) };
  return typeof additionalProperties === 'object' ? { rest: shapeIn(additionalProperties) } : undefined;
}

export function below(shape: Shape | undefined, key: string): Shape | undefined {
  return shape?.fields && Object.hasOwn(shape.fields, key) ? shape.fields[key] : shape?.rest;
}
