import { useEffect, useState } from 'react';
import { call } from '../api/call.js';

/** What a GET answers, asked anew whenever `key` changes; what is old stays until the new is there. */
export function useFetched<T>(path: string, key: unknown = ''): { data?: T; error?: unknown } {
  const [state, setState] = useState<{ data?: T; error?: unknown }>({});
  useEffect(() => {
    const ending = new AbortController();
    call<T>(path, { signal: ending.signal }).then(
      (data) => setState({ data }),
      (error: unknown) => ending.signal.aborted || setState((before) => ({ ...before, error })),
    );
    return () => ending.abort();
  }, [path, key]);
  return state;
}
