import { useCallback, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

/** What somebody likes better, kept by this browser. */
export function usePreference(name: string, preset: boolean): [boolean, (value: boolean) => void] {
  const key = `spawnit.${name}`;
  const value = useSyncExternalStore(subscribe, () => (localStorage.getItem(key) ?? String(preset)) === 'true');
  const set = useCallback(
    (next: boolean) => {
      localStorage.setItem(key, String(next));
      for (const listener of listeners) listener();
    },
    [key],
  );
  return [value, set];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
