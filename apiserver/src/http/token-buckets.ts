interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket for each key: `rate` a second, and bursts of `burst`. Full buckets are forgotten. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = 0;

  /** `monotonic` is in ms. */
  constructor(
    private readonly rate: number,
    readonly burst: number,
    private readonly monotonic: () => number,
  ) {}

  /** Whether one could be taken. */
  has(key: string): boolean {
    return this.#filled(key).tokens >= 1;
  }

  /** How many could be taken now, and in how many seconds all could be again. */
  state(key: string): { left: number; fullInSeconds: number } {
    const { tokens } = this.#filled(key);
    return { left: Math.floor(tokens), fullInSeconds: Math.ceil((this.burst - tokens) / this.rate) };
  }

  /** Takes one; false when there is none. */
  take(key: string): boolean {
    const bucket = this.#filled(key);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    this.#buckets.set(key, bucket);
    this.#sweep();
    return true;
  }

  #filled(key: string): Bucket {
    const now = this.monotonic();
    const bucket = this.#buckets.get(key) ?? { tokens: this.burst, at: now };
    bucket.tokens = Math.min(this.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.rate);
    bucket.at = now;
    return bucket;
  }

  #sweep(): void {
    const now = this.monotonic();
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + 60_000;
    for (const key of [...this.#buckets.keys()]) if (this.#filled(key).tokens >= this.burst) this.#buckets.delete(key);
  }
}
