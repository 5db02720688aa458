import { ApiError } from '@spawnit/contract';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import { join, pageHalfHeader } from './halves.js';

/** Holds one half of the token; with the other, which the page sends, it is good on any server of the same root key. */
const name = 'spawnit_session';

/** The token of a browser's session, as an Authorization header. Throws Forbidden when another site sent the request. */
export function sessionAuthorization(request: FastifyRequest): string | undefined {
  const token = tokenIn(request.headers);
  if (token === undefined) return undefined;
  if (!fromOurPages(request)) throw new ApiError('Forbidden', 'a session counts only for requests that come from the pages of this server: send a bearer token');
  return `Bearer ${token}`;
}

export function sessionCookie(half: string, secure: boolean): string {
  return stringifySetCookie({ name, value: half, httpOnly: true, sameSite: 'strict', path: '/', secure });
}

export function endOfSession(secure: boolean): string {
  return stringifySetCookie({ name, value: '', httpOnly: true, sameSite: 'strict', path: '/', secure, maxAge: 0 });
}

function tokenIn(headers: FastifyRequest['headers']): string | undefined {
  const cookie = headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[name];
  const page = headers[pageHalfHeader];
  return cookie && typeof page === 'string' ? join({ cookie, page }) : undefined;
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
