import { secretParameters, type ParameterSchema } from '@spawnit/contract';
import type { Envelopes } from './envelope.js';
import { isSealed, openValue } from './sealed-value.js';

/** Parameters as a run, or the check against the template's schema, needs them; never to be stored or served. */
export interface OpenParameters {
  /** What anyone who may read the service may see. */
  plain: Record<string, unknown>;
  secret: Record<string, unknown>;
}

/** Throws EnvelopeError when a sealed value is not of this service. */
export function openParameters(envelopes: Envelopes, service: { namespace: string; name: string }, parameters: Record<string, unknown>, schema?: ParameterSchema): OpenParameters {
  const secretNames = new Set(secretParameters(schema));
  const open: OpenParameters = { plain: {}, secret: {} };
  for (const [parameter, value] of Object.entries(parameters)) {
    const sealed = isSealed(value) && (secretNames.has(parameter) || value.$sealed.startsWith('v1:'));
    const place = { namespace: service.namespace, service: service.name, parameter };
    const side = sealed || secretNames.has(parameter) ? open.secret : open.plain;
    side[parameter] = sealed ? openValue(envelopes, place, value) : value;
  }
  return open;
}
