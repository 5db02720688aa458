import { setMaxListeners } from 'node:events';

/**
 * Calls `act` with a signal that ends with the first of several, and leaves nothing behind on them. AbortSignal.any leaves a
 * trace of each call on a signal that lives long (Node 20: 58 bytes, for ever).
 */
export async function withEither<T>(signals: (AbortSignal | undefined)[], act: (either: AbortSignal) => Promise<T>): Promise<T> {
  const given = signals.filter((each) => each !== undefined);
  const over = given.find(({ aborted }) => aborted);
  if (over) return act(over);
  const either = new AbortController();
  const end = ({ target }: Event) => either.abort((target as AbortSignal).reason);
  // As many listen as calls are under way: each takes its own away.
  setMaxListeners(0, ...given);
  for (const each of given) each.addEventListener('abort', end, { once: true });
  try {
    return await act(either.signal);
  } finally {
    for (const each of given) each.removeEventListener('abort', end);
  }
}
