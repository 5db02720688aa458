import { lastApplied, type Resource, type Revision, type Service } from '@spawnit/contract';
import { EnvelopeError, type Envelopes } from '../secrets/envelope.js';
import { isSealed, openValue, type SealedValue, type SecretPlace } from '../secrets/sealed-value.js';
import { readApplied } from '../secrets/seal-service.js';
import type { JsonObject } from '../store/log/json.js';

interface Placed {
  place: SecretPlace;
  sealed: SealedValue;
}

/** Sealed values where this system puts them. What looks like one anywhere else is the text of who wrote it there. */
export function sealedIn(key: string, value: JsonObject): Placed[] {
  const object = (key.startsWith('idempotency/') ? value['object'] : value) as unknown as Resource | undefined;
  const namespace = object?.metadata.namespace ?? '';
  if (object?.kind === 'Revision') {
    const { service, serviceSpec } = (object as unknown as Revision).spec;
    return placed({ namespace, service }, serviceSpec.parameters);
  }
  if (object?.kind !== 'Service') return [];
  const { metadata, spec } = object as Service;
  const at = { namespace, service: metadata.name };
  return [...placed(at, spec.parameters), ...placed(at, readApplied(metadata.annotations?.[lastApplied] ?? '')?.spec?.parameters)];
}

function placed(at: Omit<SecretPlace, 'parameter'>, parameters: Record<string, unknown> | null = {}): Placed[] {
  return Object.entries(parameters ?? {}).flatMap(([parameter, sealed]) => (isSealed(sealed) ? [{ place: { ...at, parameter }, sealed }] : []));
}

/** What a sealed value holds; undefined when it does not open there: then nothing is in it that a key could tell. */
export function contentAt(envelopes: Envelopes, { place, sealed }: Placed): { plain: unknown } | undefined {
  try {
    return { plain: openValue(envelopes, place, sealed) };
  } catch (error) {
    if (error instanceof EnvelopeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
