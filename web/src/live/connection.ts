import { useSyncExternalStore } from 'react';

export type Connection = { state: 'connecting' } | { state: 'live' } | { state: 'lost'; since: number } | { state: 'signed out' };

/** Whether what is shown is what is. */
class ConnectionState {
  #now: Connection = { state: 'connecting' };
  #lastWord = Date.now();
  readonly #listeners = new Set<() => void>();

  set(next: Connection): void {
    this.#now = next;
    for (const listener of this.#listeners) listener();
  }

  heard(): void {
    this.#lastWord = Date.now();
    if (this.#now.state !== 'live') this.set({ state: 'live' });
  }

  /** What is shown is as old as the last word that was heard. */
  lost(): void {
    if (this.#now.state !== 'lost') this.set({ state: 'lost', since: this.#lastWord });
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly read = () => this.#now;
}

export const connection = new ConnectionState();

export function useConnection(): Connection {
  return useSyncExternalStore(connection.subscribe, connection.read);
}
