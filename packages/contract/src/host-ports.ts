import type { ParameterSchema } from './kinds/template.js';
import { markedValues } from './marked-values.js';
import { joinPath } from './validate.js';

export interface HostPort {
  port: number;
  /** Path below `parameters`, such as `ports[0].external`. */
  field: string;
}

/** The ports of the engine's host that these parameters ask for: integers that the template marks `x-host-port: true`, at any depth. */
export function hostPorts(schema: ParameterSchema, parameters: Record<string, unknown>): HostPort[] {
  const marked = markedValues(schema, parameters, 'x-host-port');
  return marked.flatMap(({ value, path }) => (typeof value === 'number' ? [{ port: value, field: joinPath('', path) }] : []));
}
