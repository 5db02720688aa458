import { ApiError } from '@spawnit/contract';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';

/** Holds the token itself: whoever has the cookie is the caller, on any server of the same root key. */
const name = 'spawnit_session';

/** The token of a browser's session, as an Authorization header. Throws Forbidden when another site sent the request. */
export function sessionAuthorization(request: FastifyRequest): string | undefined {
  const token = tokenIn(request.headers.cookie);
  if (token === undefined) return undefined;
  if (!fromOurPages(request)) throw new ApiError('Forbidden', 'a session counts only for requests that come from the pages of this server: send a bearer token');
  return `Bearer ${token}`;
}

export function sessionCookie(token: string, secure: boolean): string {
  return stringifySetCookie({ name, value: token, httpOnly: true, sameSite: 'strict', path: '/', secure });
}

export function endOfSession(secure: boolean): string {
  return stringifySetCookie({ name, value: '', httpOnly: true, sameSite: 'strict', path: '/', secure, maxAge: 0 });
}

function tokenIn(header: string | undefined): string | undefined {
  const token = header === undefined ? undefined : parseCookie(header)[name];
  return token === '' ? undefined : token;
}

/**
 * Browsers say where a request comes from, and pages can't make them lie. What changes nothing may also come from the
 * address bar; SameSite=Strict has kept the cookie from all other sites by then.
 */
export function fromOurPages({ headers, method, protocol, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && !(site === 'none' && method === 'GET')) return false;
  if (headers.origin !== undefined) return headers.origin === `${protocol}://${host}`;
  return site !== undefined || method === 'GET';
}
