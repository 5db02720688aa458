import { invalid, isObject, lastApplied, secretParameters, type Cause, type ParameterSchema, type Service } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import { EnvelopeError, type Envelopes } from './envelope.js';
import { holdsSame, isSealed, openValue, sealValue, type SealedValue, type SecretPlace } from './sealed-value.js';

export interface Sealing {
  service: Service;
  /** The record it replaces. */
  old?: Service;
  /** Of its template; without one nothing is known to be secret, and the service is left as it is. */
  schema?: ParameterSchema;
  envelopes: Envelopes;
}

/**
 * Admission: replaces each secret parameter, also in the annotation that `apply` keeps, by its sealed form.
 * A secret that has not changed keeps the sealed form it had. Throws Invalid for a sealed value of another place.
 */
export function sealService({ service, old, schema, envelopes }: Sealing): { service: Service; warnings: string[] } {
  const secret = secretParameters(schema);
  const at = { namespace: service.metadata.namespace ?? '', service: service.metadata.name };
  refuseForeign(envelopes, at, service.spec.parameters, old?.spec.parameters ?? {}, secret);
  if (secret.length === 0) return { service, warnings: [] };
  const seal = sealer(envelopes, at, old?.spec.parameters ?? {});
  const parameters = sealEach(service.spec.parameters, secret, seal);
  const sealed = { ...service, spec: { ...service.spec, parameters } };
  return sealAnnotation(sealed, secret, sealer(envelopes, at, parameters));
}

/** Also where no secret is asked for, a run would try to open what looks sealed, as it may be of an earlier template. */
function refuseForeign(envelopes: Envelopes, at: Omit<SecretPlace, 'parameter'>, parameters: Record<string, unknown>, before: Record<string, unknown>, secret: string[]): void {
  for (const [parameter, value] of Object.entries(parameters)) {
    if (secret.includes(parameter) || !isSealed(value) || isDeepStrictEqual(value, before[parameter])) continue;
    openOurs(envelopes, { ...at, parameter }, value);
  }
}

type Seal = (parameter: string, value: unknown) => SealedValue;

/** Seals a value, or keeps the form that `before` has of the same value. */
function sealer(envelopes: Envelopes, at: Omit<SecretPlace, 'parameter'>, before: Record<string, unknown>): Seal {
  return (parameter, value) => {
    const place = { ...at, parameter };
    const known = before[parameter];
    const plain = isSealed(value) ? openOurs(envelopes, place, value) : value;
    // A form that was read before its key was rotated is another form of the same value.
    return isSealed(known) && holdsSame(envelopes, place, known, plain) ? known : sealValue(envelopes, place, plain);
  };
}

function openOurs(envelopes: Envelopes, place: SecretPlace, value: SealedValue): unknown {
  try {
    return openValue(envelopes, place, value);
  } catch (error) {
    if (!(error instanceof EnvelopeError) && !(error instanceof SyntaxError)) throw error;
    const cause: Cause = { field: `spec.parameters.${place.parameter}`, reason: 'FieldValueInvalid', message: 'is a sealed value that does not belong to this service and parameter, or whose key is no more: give the value itself' };
    throw invalid({ kind: 'Service', name: place.service }, [cause]);
  }
}

function sealEach(parameters: Record<string, unknown>, secret: string[], seal: Seal): Record<string, unknown> {
  const given = secret.filter((name) => Object.hasOwn(parameters, name) && parameters[name] !== null);
  return { ...parameters, ...Object.fromEntries(given.map((name) => [name, seal(name, parameters[name])])) };
}

/** The annotation holds the whole object as it was applied, secrets included. What can't be read is not kept. */
function sealAnnotation(service: Service, secret: string[], seal: Seal): { service: Service; warnings: string[] } {
  const text = service.metadata.annotations?.[lastApplied];
  if (text === undefined) return { service, warnings: [] };
  const applied = readApplied(text);
  const given = applied?.spec?.parameters ?? {};
  // Left as it is to the letter, for `kubectl apply` compares the text.
  if (applied && !secret.some((name) => Object.hasOwn(given, name))) return { service, warnings: [] };
  const annotations = { ...service.metadata.annotations };
  if (applied === undefined) delete annotations[lastApplied];
  else annotations[lastApplied] = JSON.stringify({ ...applied, spec: { ...applied.spec, parameters: sealEach(given, secret, seal) } });
  const warnings = applied ? [] : [`the annotation ${lastApplied} could not be read and was dropped, as it may hold secrets: the next apply cannot tell what to remove`];
  return { service: { ...service, metadata: { ...service.metadata, annotations } }, warnings };
}

export interface Applied {
  spec?: { parameters?: Record<string, unknown> };
}

/** Undefined for what is no object that was applied. */
export function readApplied(text: string): Applied | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return isObject(value) && fits(value['spec'], (spec) => fits(spec['parameters'], () => true)) ? value : undefined;
  } catch {
    return undefined;
  }
}

function fits(value: unknown, inner: (object: Record<string, unknown>) => boolean): boolean {
  return value === undefined || value === null || (isObject(value) && inner(value));
}
