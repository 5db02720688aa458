import type { ParameterSchema } from './kinds/template.js';
import { joinPath } from './validate.js';

export interface HostPort {
  port: number;
  /** Path below `parameters`, such as `ports[0].external`. */
  field: string;
}

/** The ports of the engine's host that these parameters ask for: integers that the template marks `x-host-port: true`, at any depth. */
export function hostPorts(schema: ParameterSchema, parameters: Record<string, unknown>): HostPort[] {
  return [...portsIn(schema, parameters, [])];
}

interface Node {
  'x-host-port'?: unknown;
  properties?: Record<string, Node>;
  items?: Node;
  additionalProperties?: Node | boolean;
}

function* portsIn(schema: Node | undefined, value: unknown, path: PropertyKey[]): Generator<HostPort> {
  if (typeof schema !== 'object' || schema === null) return;
  if (schema['x-host-port'] === true && typeof value === 'number') yield { port: value, field: joinPath('', path) };
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* portsIn(schema.items, each, [...path, index]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) yield* portsIn(below(schema, key), each, [...path, key]);
  }
}

function below(schema: Node, key: string): Node | undefined {
  const own = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  const other = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return own ?? other;
}
