import { useSyncExternalStore } from 'react';

/** As in theme.css. */
const narrow = window.matchMedia('(max-width: 760px)');

/** Whether the page is as narrow as on a phone. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches);
}

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}
