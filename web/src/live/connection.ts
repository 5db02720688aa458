import { useSyncExternalStore } from 'react';

export type Connection = { state: 'connecting' } | { state: 'live' } | { state: 'catching up'; since: number } | { state: 'lost'; since: number } | { state: 'signed out' };

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

  /** Nothing is wrong: nobody looked, or the computer slept. */
  rested(): void {
    if (this.#now.state === 'live') this.set({ state: 'catching up', since: this.#lastWord });
  }

  /** Waits while nothing can be heard. */
  async untilUsable(signal: AbortSignal): Promise<void> {
    while (this.#broken && !signal.aborted) await this.#change(signal);
  }

  /** Aborts `ending` when the connection breaks, until `signal`: who else reads from the server had better ask anew, too. */
  async breaks(ending: AbortController, signal: AbortSignal): Promise<void> {
    while (!this.#broken && !signal.aborted) await this.#change(signal);
    if (!signal.aborted) ending.abort(new Error('The connection broke off.'));
  }

  get #broken(): boolean {
    return this.#now.state === 'lost' || this.#now.state === 'catching up';
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        end();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const end = this.subscribe(done);
      signal.addEventListener('abort', done);
    });
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
