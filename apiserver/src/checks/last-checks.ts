/** So many services are kept in mind. */
const mostKnown = 20_000;

/** When each service was compared last, by this server's monotonic clock and in memory only. */
export class LastChecks {
  /** By uid, the longest ago first. */
  readonly #at = new Map<string, number>();

  /** `monotonic` in ms. */
  constructor(private readonly monotonic: () => number) {}

  note(uid: string): void {
    this.#at.delete(uid);
    this.#at.set(uid, this.monotonic());
    if (this.#at.size > mostKnown) this.#at.delete(this.#at.keys().next().value!);
  }

  /** Milliseconds since then, of those that were compared within that time. */
  *ages(withinMs: number): Generator<[string, number]> {
    const now = this.monotonic();
    for (const [uid, at] of this.#at) if (now - at <= withinMs) yield [uid, now - at];
  }
}
