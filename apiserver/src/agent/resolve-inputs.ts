import { ApiError, serviceKind, type ParameterSchema, type Service, type ServiceSpec } from '@spawnit/contract';
import { find } from '../resources/records.js';
import type { StateOutput } from '../state/parse.js';
import type { States } from '../state/states.js';
import type { View } from '../store/log/view.js';

/** Values of other services' outputs, by parameter. */
export interface ResolvedInputs {
  plain: Record<string, unknown>;
  secret: Record<string, unknown>;
}

export interface InputsOrder {
  view: View;
  service: Service;
  spec: ServiceSpec;
  schema: ParameterSchema;
  type: 'Plan' | 'Apply' | 'Destroy' | 'Check';
}

/**
 * Reads what `parametersFrom` names from the current states of those services; outputs are never copied into records.
 * A check compares with what was applied, so it takes the values of then. A destroy goes on without what is gone.
 * Throws Conflict, naming what is missing.
 */
export async function resolveInputs(states: States, order: InputsOrder): Promise<ResolvedInputs> {
  const resolved: ResolvedInputs = { plain: {}, secret: {} };
  for (const source of order.spec.parametersFrom) {
    const found = valueOf(await outputsOf(states, order, source.service), source.output, order, source.parameter);
    if (found === undefined) throw missing(order, source);
    const side = found.sensitive || order.schema.properties[source.parameter]?.['writeOnly'] === true ? resolved.secret : resolved.plain;
    side[source.parameter] = found.value;
  }
  return resolved;
}

async function outputsOf(states: States, { view, service }: InputsOrder, source: string): Promise<Record<string, StateOutput>> {
  const { namespace = '' } = service.metadata;
  const uid = find<Service>(view, serviceKind, namespace, source)?.metadata.uid;
  return (uid === undefined ? undefined : await states.parsed(view, namespace, uid))?.outputs ?? {};
}

function valueOf(outputs: Record<string, StateOutput>, output: string, order: InputsOrder, parameter: string): StateOutput | undefined {
  const current = Object.hasOwn(outputs, output) ? outputs[output] : undefined;
  const applied = order.service.status?.applied?.inputs?.[parameter];
  const then = applied === undefined ? undefined : { value: applied, sensitive: false };
  if (order.type === 'Check') return then ?? current;
  if (order.type === 'Destroy') return current ?? then ?? { value: placeholder(order.schema.properties[parameter]), sensitive: false };
  return current;
}

/** A value of the right type: a destroy takes everything from the state, and tofu still wants each variable set. */
function placeholder(property: Record<string, unknown> | undefined): unknown {
  if (property?.['default'] !== undefined) return property['default'];
  const byType: Record<string, unknown> = { integer: property?.['minimum'] ?? 1, number: property?.['minimum'] ?? 1, boolean: false, array: [], object: {} };
  return byType[String(property?.['type'])] ?? 'gone';
}

function missing({ view, service }: InputsOrder, source: { parameter: string; service: string; output: string }): ApiError {
  const { namespace = '' } = service.metadata;
  const there = find<Service>(view, serviceKind, namespace, source.service);
  const why = there === undefined ? `service ${namespace}/${source.service} does not exist` : `service ${namespace}/${source.service} has no output "${source.output}" (yet)`;
  return new ApiError('Conflict', `parameter "${source.parameter}" cannot be filled in: ${why}`);
}
