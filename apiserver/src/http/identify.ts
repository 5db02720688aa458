import { ApiError, describeIdentity, type Identity } from '@spawnit/contract';
import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../auth/authenticator.js';
import { assertEnters } from '../auth/namespaces.js';
import { sessionAuthorization } from '../session/cookie.js';
import { TokenBuckets } from './token-buckets.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls. Undefined only on routes whose config says `public`. */
    identity: Identity;
    /** Whether what it was sent with is good still: a token runs out, a session is left, a node is deleted. Not known means yes. */
    isStillKnown(): Promise<boolean>;
  }
  interface FastifyContextConfig {
    /** Answered without a token. */
    public?: boolean;
  }
}

interface Bounds {
  authenticator: Authenticator;
  monotonic(): number;
  /** Requests a second for one caller. */
  rateLimit: number;
}

/** Wrong tokens that one address may send in a second, so that guessing is slow. */
const failuresPerSecond = 50;

/** Every request says who calls, before anything else of it is looked at: 401 otherwise, 429 for who calls too often. */
export function identifyCallers(app: FastifyInstance, { authenticator, monotonic, rateLimit }: Bounds): void {
  const calls = new TokenBuckets(rateLimit, 2 * rateLimit, monotonic);
  const failures = new TokenBuckets(failuresPerSecond, 2 * failuresPerSecond, monotonic);
  app.decorateRequest('identity');
  app.decorateRequest('isStillKnown');
  app.addHook('onRequest', async (request, reply) => {
    const { authorization } = request.headers;
    if (request.routeOptions.config?.public && authorization === undefined) return;
    try {
      const sent = authorization ?? sessionAuthorization(request);
      request.identity = await authenticator.authenticate(sent);
      request.isStillKnown = () => authenticator.authenticate(sent).then(() => true, (error) => !ApiError.is(error, 'Unauthorized'));
    } catch (error) {
      // Only who fails is held back: others may share the address.
      if (!failures.take(request.ip)) throw tooMany('too many requests without a valid token from this address');
      throw error;
    }
    const caller = describeIdentity(request.identity);
    request.log = request.log.child({ caller });
    const allowed = calls.take(caller);
    const { left, fullInSeconds } = calls.state(caller);
    reply.headers({ 'ratelimit-limit': calls.burst, 'ratelimit-remaining': left, 'ratelimit-reset': fullInSeconds });
    if (!allowed) throw tooMany(`${caller} sends more than ${rateLimit} requests a second`);
    // Refusals count too: who is refused may not ask without bound.
    assertEnters(request.identity, { method: request.method, route: request.routeOptions.url, params: request.params as Record<string, string> });
  });
}

function tooMany(why: string): ApiError {
  return new ApiError('TooManyRequests', why, { retryAfterSeconds: 1 });
}
