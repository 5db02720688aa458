import { useEffect, useState } from 'react';
import { call } from '../../api/call.js';

/** Whether the server would delete what is at `path`; asked once. */
export function useDeleteDryRun(path: string): { checked: boolean; refusal?: unknown } {
  const [state, setState] = useState<{ checked: boolean; refusal?: unknown }>({ checked: false });
  useEffect(() => {
    const ending = new AbortController();
    call(path, { method: 'DELETE', query: { dryRun: 'All' }, signal: ending.signal }).then(
      () => setState({ checked: true }),
      (refusal: unknown) => ending.signal.aborted || setState({ checked: false, refusal }),
    );
    return () => ending.abort();
  }, [path]);
  return state;
}
