import { useState } from 'react';

/** Something that is done on a click: whether it is under way, and how it failed. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<unknown>): { run: (...args: A) => Promise<void>; busy: boolean; error: unknown } {
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });
  const run = async (...args: A) => {
    setState({ busy: true });
    try {
      await act(...args);
      setState({ busy: false });
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return { run, busy: state.busy, error: state.error };
}
