/** One thing at a time for each service on this node. A job goes before a check: it makes it give way. */
export class ServiceLocks {
  readonly #held = new Map<string, { giveWay?: () => void }>();

  /** undefined while a job works on the service; a check that does is told to give way, and has the lock until it has. */
  takeForJob(uid: string): (() => void) | undefined {
    const holder = this.#held.get(uid);
    if (holder === undefined) return this.#take(uid);
    holder.giveWay?.();
    return undefined;
  }

  /** undefined while anything works on the service. */
  takeForCheck(uid: string, giveWay: () => void): (() => void) | undefined {
    return this.#held.has(uid) ? undefined : this.#take(uid, giveWay);
  }

  /** Whether a job works on the service. */
  hasJob(uid: string): boolean {
    const holder = this.#held.get(uid);
    return holder !== undefined && holder.giveWay === undefined;
  }

  /** Called after each release, so that who waits can try again. */
  readonly onRelease = new Set<() => void>();

  #take(uid: string, giveWay?: () => void): () => void {
    const entry = { giveWay };
    this.#held.set(uid, entry);
    return () => {
      if (this.#held.get(uid) === entry) this.#held.delete(uid);
      for (const each of this.onRelease) each();
    };
  }
}
