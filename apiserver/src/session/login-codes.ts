import { createHash } from 'node:crypto';

interface Kept {
  token: string;
  /** By the monotonic clock (ms). */
  until: number;
}

/** Long enough to change from the terminal to the browser. */
export const loginCodeSeconds = 600;
const most = 100;

/**
 * Codes that stand for a token in a link: each is good once and for a short time, at the server that made it. Only
 * their hashes are kept, and never longer than the process lives.
 */
export class LoginCodes {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly clocks: { monotonic(): number; random(bytes: number): Buffer }) {}

  make(token: string): string {
    const code = this.clocks.random(32).toString('base64url');
    this.#forgetOld();
    this.#kept.set(hashOf(code), { token, until: this.clocks.monotonic() + loginCodeSeconds * 1000 });
    return code;
  }

  /** The token that the code stands for; undefined when it was never made here, is used or too old. */
  use(code: string): string | undefined {
    const key = hashOf(code);
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    return kept && kept.until > this.clocks.monotonic() ? kept.token : undefined;
  }

  #forgetOld(): void {
    const now = this.clocks.monotonic();
    for (const [key, { until }] of this.#kept) if (until <= now || this.#kept.size >= most) this.#kept.delete(key);
  }
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64');
}
