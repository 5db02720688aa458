import { timingSafeEqual } from 'node:crypto';
import type { Envelopes } from './envelope.js';

/** How a secret stands in a record and in every answer. */
export interface SealedValue {
  $sealed: string;
}

/** Where a sealed value belongs; it opens nowhere else. */
export interface SecretPlace {
  namespace: string;
  service: string;
  parameter: string;
}

const version = 'v1:';

export function isSealed(value: unknown): value is SealedValue {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 1 && typeof (value as Partial<SealedValue>).$sealed === 'string';
}

export function sealValue(envelopes: Envelopes, place: SecretPlace, value: unknown): SealedValue {
  const bytes = envelopes.seal(Buffer.from(JSON.stringify(value)), nameOf(place));
  return { $sealed: version + bytes.toString('base64url') };
}

/** The value as it was given. Throws EnvelopeError when it was not sealed here for this place. */
export function openValue(envelopes: Envelopes, place: SecretPlace, sealed: SealedValue): unknown {
  const bytes = sealed.$sealed.startsWith(version) ? Buffer.from(sealed.$sealed.slice(version.length), 'base64url') : Buffer.alloc(0);
  return JSON.parse(envelopes.open(bytes, nameOf(place)).toString()) as unknown;
}

/** Whether both hold the same value; so that applying the same secret again is no change. */
export function holdsSame(envelopes: Envelopes, place: SecretPlace, sealed: SealedValue, value: unknown): boolean {
  const [one, other] = [openValue(envelopes, place, sealed), value].map((v) => Buffer.from(JSON.stringify(v)));
  return one!.length === other!.length && timingSafeEqual(one!, other!);
}

function nameOf({ namespace, service, parameter }: SecretPlace): string {
  return `parameter/${namespace}/${service}/${parameter}`;
}
