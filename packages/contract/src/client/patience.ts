import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, nothingDone } from '../errors.js';
import type { Call } from './transport.js';
import { Unreachable } from './unreachable.js';

const firstPauseMs = 100;
const longestPauseMs = 1_000;

/** Tries again for `patienceMs` what can safely be sent twice, or was certainly not done: servers are restarted one after another. */
export async function patiently<T>(call: Call, patienceMs: number, send: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
    try {
      return await send();
    } catch (error) {
      if (call.signal?.aborted || performance.now() + pauseMs > until || !mayRepeat(call, error)) throw error;
      await delay(pauseMs);
    }
  }
}

/** Whether sending it again can't do it twice. */
export function mayRepeat(call: Call, error: unknown): boolean {
  if (error instanceof Unreachable) return neverSent(error) || isIdempotent(call);
  if (!ApiError.is(error, 'ServiceUnavailable', 'TooManyRequests', 'Timeout')) return false;
  return isIdempotent(call) || error.code === 'TooManyRequests' || error.details.causes?.some(({ reason }) => reason === nothingDone) === true;
}

function isIdempotent({ method = 'GET', headers, contentType }: Call): boolean {
  if (method === 'GET' || headers?.['idempotency-key'] !== undefined) return true;
  return method === 'PATCH' && contentType === 'application/merge-patch+json';
}

function neverSent({ cause }: Unreachable): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'UND_ERR_CONNECT_TIMEOUT';
}
