import { useSyncExternalStore } from 'react';

export type Connection = { state: 'connecting' } | { state: 'live' } | { state: 'catching up'; since: number } | { state: 'lost'; since: number } | { state: 'signed out' };

/** Whether what is shown is what is. */
class ConnectionState {
  #now: Connection = { state: 'connecting' };
  #lastWord = Date.now();
  readonly #listeners = new Set<() => void>();

  signedOut(): void {
    this.#set({ state: 'signed out' });
  }

  signedIn(): void {
    this.#set({ state: 'connecting' });
  }

  #set(next: Connection): void {
    this.#now = next;
    for (const listener of this.#listeners) listener();
  }

  heard(): void {
    this.#lastWord = Date.now();
    // What was opened in a session that is over says nothing of the next.
    if (this.#now.state !== 'live' && this.#now.state !== 'signed out') this.#set({ state: 'live' });
  }

  /** What is shown is as old as the last word that was heard. */
  lost(): void {
    if (this.#now.state !== 'lost' && this.#now.state !== 'signed out') this.#set({ state: 'lost', since: this.#lastWord });
  }

  /** Nothing is wrong: nobody looked, or the computer slept. */
  rested(): void {
    if (this.#now.state === 'live') this.#set({ state: 'catching up', since: this.#lastWord });
  }

  /** Waits while nothing can be heard. */
  async untilUsable(signal: AbortSignal): Promise<void> {
    while (this.#broken && !signal.aborted) await this.#change(signal);
  }

  /** Rejects when `signal` comes first. */
  async untilSignedIn(signal = new AbortController().signal): Promise<void> {
    while (this.#now.state === 'signed out') {
      signal.throwIfAborted();
      await this.#change(signal);
    }
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
