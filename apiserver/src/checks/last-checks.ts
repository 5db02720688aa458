import type { CheckAge, CheckResult } from '@spawnit/contract';

/** So many services are kept in mind. */
const mostKnown = 20_000;

interface Last extends Pick<CheckAge, 'verdict' | 'by' | 'durationMs' | 'everySeconds'> {
  at: number;
}

/** When each service was compared last, by this server's monotonic clock and in memory only: a check that finds nothing new writes nothing. */
export class LastChecks {
  /** By uid, the longest ago first. */
  readonly #last = new Map<string, Last>();

  /** `monotonic` in ms. */
  constructor(private readonly monotonic: () => number) {}

  /** A check that came to nothing has compared nothing. `everySeconds`: how often it is truly checked, if that was told. */
  note(uid: string, { verdict, by, durationMs }: CheckResult, everySeconds: number | undefined): void {
    if (verdict === 'Unknown') return;
    const every = everySeconds ?? this.#last.get(uid)?.everySeconds;
    this.#last.delete(uid);
    this.#last.set(uid, { verdict, ...(by && { by }), durationMs, ...(every !== undefined && { everySeconds: every }), at: this.monotonic() });
    if (this.#last.size > mostKnown) this.#last.delete(this.#last.keys().next().value!);
  }

  of(uid: string): Omit<CheckAge, 'intervalSeconds'> | undefined {
    const last = this.#last.get(uid);
    if (last === undefined) return undefined;
    const { at, ...rest } = last;
    return { ...rest, ageSeconds: Math.round((this.monotonic() - at) / 100) / 10 };
  }

  /** Milliseconds since then, of those that were compared within that time. */
  *ages(withinMs: number): Generator<[string, number]> {
    const now = this.monotonic();
    for (const [uid, { at }] of this.#last) if (now - at <= withinMs) yield [uid, now - at];
  }
}
