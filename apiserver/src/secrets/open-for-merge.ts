import { isObject, secretParameters, type ParameterSchema, type Service } from '@spawnit/contract';
import { EnvelopeError, type Envelopes } from './envelope.js';
import { isSealed, openValue } from './sealed-value.js';

/**
 * What a merge patch is laid over: a sealed map that the patch speaks into is opened, so that keys are set and taken away in it
 * like in any other; it is sealed again with the write. `$sealed` in the patch is of a client that saw it so: left as it is.
 * Only for a merge patch, which cannot compare or copy what it does not name; and only what is a secret of the template that the
 * patch leaves the service with, for by another one it would be stored and served in the clear.
 */
export function openForMerge(envelopes: Envelopes, service: Service, patch: unknown, schemaOf: (template: string) => ParameterSchema | undefined): Service {
  const { namespace = '', name } = service.metadata;
  const { parameters } = service.spec;
  const { template = service.spec.template, parameters: changes } = specOf(patch);
  const secret = typeof template === 'string' ? secretParameters(schemaOf(template)) : [];
  const opened = Object.entries(isObject(changes) ? changes : {}).flatMap(([parameter, change]) => {
    const value = parameters[parameter];
    if (!secret.includes(parameter) || !isObject(change) || Object.hasOwn(change, '$sealed') || !isSealed(value)) return [];
    try {
      return [[parameter, openValue(envelopes, { namespace, service: name, parameter }, value)] as const];
    } catch (error) {
      if (error instanceof EnvelopeError) return []; // Refused as before, by what reads it.
      throw error;
    }
  });
  return opened.length === 0 ? service : { ...service, spec: { ...service.spec, parameters: { ...parameters, ...Object.fromEntries(opened) } } };
}

function specOf(patch: unknown): Record<string, unknown> {
  const spec = isObject(patch) ? patch['spec'] : undefined;
  return isObject(spec) ? spec : {};
}
