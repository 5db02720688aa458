import { useState } from 'react';

/** Something that is done on a click: whether it is under way, done, and how it failed. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<unknown>): { run: (...args: A) => Promise<void>; busy: boolean; done: boolean; error: unknown } {
  const [state, setState] = useState<{ busy: boolean; done: boolean; error?: unknown }>({ busy: false, done: false });
  const run = async (...args: A) => {
    setState({ busy: true, done: false });
    try {
      await act(...args);
      setState({ busy: false, done: true });
    } catch (error) {
      setState({ busy: false, done: false, error });
    }
  };
  return { run, busy: state.busy, done: state.done, error: state.error };
}
