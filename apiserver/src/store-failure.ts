import { ApiError, nothingDone } from '@spawnit/contract';
import { RegistryClosed, RegistryGone, TooManyWaiting, WatchExpired } from './store/log/errors.js';
import { StoreUnavailable } from './store/object-store.js';

/** How a failure of the store looks to a caller: 503 with a time to try again, 410 for a lost position; any other error as it is. */
export function storeFailure(error: unknown): unknown {
  if (error instanceof WatchExpired) return new ApiError('Expired', `too old resource version: ${error.message}`);
  if (error instanceof RegistryClosed) return stopping();
  if (error instanceof RegistryGone) return new ApiError('ServiceUnavailable', 'the object store has lost the registry, and this server stops', { retryAfterSeconds: 10, internal: error });
  if (error instanceof TooManyWaiting) return new ApiError('TooManyRequests', `${error.message}: this one was not taken up`, { retryAfterSeconds: 2 });
  if (!(error instanceof StoreUnavailable)) return error;
  const outcome = error.ambiguous ? 'whether this write was done is not known yet; repeat it, or read first' : 'nothing was changed';
  return new ApiError('ServiceUnavailable', `the object store does not answer: ${outcome}`, { retryAfterSeconds: 2, internal: error, ...(!error.ambiguous && { causes: untouched }) });
}

const untouched = [{ reason: nothingDone, message: 'nothing was changed: it may be sent again as it is' }];

/** The answer of a server that stops to whatever has not begun. */
export function stopping(): ApiError {
  return new ApiError('ServiceUnavailable', 'this server is stopping: try again', { retryAfterSeconds: 1, causes: untouched });
}
