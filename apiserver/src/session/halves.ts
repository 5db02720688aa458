import { randomBytes } from 'node:crypto';

/**
 * A token as two parts, either of which is noise without the other (a one-time pad). Cookies go to every port of a host, so to
 * any service that runs beside the dashboard; what pages store stays with their origin, port included.
 */
export interface Halves {
  /** For the cookie, which no script can read. */
  cookie: string;
  /** For the page, which sends it as a header. */
  page: string;
}

export const pageHalfHeader = 'x-spawnit-session';

export function split(token: string): Halves {
  const bytes = Buffer.from(token);
  const pad = randomBytes(bytes.length);
  return { cookie: xor(bytes, pad).toString('base64url'), page: pad.toString('base64url') };
}

/** Undefined when the two are no halves of one token; whether it is a token is for others to say. */
export function join({ cookie, page }: Halves): string | undefined {
  const [one, other] = [Buffer.from(cookie, 'base64url'), Buffer.from(page, 'base64url')];
  return one.length === other.length ? xor(one, other).toString('latin1') : undefined;
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, i) => byte ^ other[i]!));
}
