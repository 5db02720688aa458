import { ApiError, Client, holdPath, leaseHeader, leadership as times, leaseToken, withEither, type Fence, type HoldAnswer, type HoldRequest } from '@spawnit/contract';
import { systemClock, type Clock } from './clock.js';
import type { Log } from './log.js';

export interface LeadershipOptions {
  /** The role, which is the lease's name. */
  name: string;
  /** This instance. Only one process of that name may run: who starts under it takes over from its former self at once. */
  holder: string;
  /** Random, of this process alone. */
  session: string;
  /** Speaks without a fence. */
  client: Pick<Client, 'transport'>;
  log: Log;
  clock?: Clock;
  random?: () => number;
  /** Told of each change. */
  onChange?: (epoch: number | undefined) => void;
}

interface Term {
  epoch: number;
  /** What was written before it, at most up to this version, must be known before anything is decided. */
  since: string;
  /** Ends the term: by this process's own clock, or because another leads. */
  end: AbortController;
  /** By the clock, in ms: from then on nothing is written. */
  until: number;
}

/** An answer that takes longer comes too late to be of use. */
const answerMs = 4_000;

/** One instance's part in having exactly one leader: it asks for the lease, renews it, and knows when it must not act any more. */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #clock: Clock;
  #term: Term | undefined;
  #asked = false;
  #holder: string | undefined;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Undefined while this instance stands by. */
  get epoch(): number | undefined {
    return this.#leads()?.epoch;
  }

  /** Who was last said to lead. */
  get holder(): string | undefined {
    return this.#holder;
  }

  /** For the client that a leader writes with. Throws NotLeader, without asking anybody, when the lease has run out by this clock. */
  readonly fence = (): Fence => {
    const term = this.#leads();
    if (term === undefined) throw new ApiError('NotLeader', `${this.#options.holder} does not lead ${this.#options.name}: it stands by`);
    return { headers: { [leaseHeader]: leaseToken({ epoch: term.epoch, session: this.#options.session }) }, signal: term.end.signal, deposed: () => void (term === this.#term && this.#end('another leads')) };
  };

  /**
   * Calls `lead` for each term, with a signal that ends with it, and waits for it before the next. When `signal` ends, what
   * is under way may still be written, and then the lease is given back.
   */
  async run(signal: AbortSignal, lead: (term: AbortSignal, since: string) => Promise<void>): Promise<void> {
    let leading: Promise<void> | undefined;
    let failed: { error: unknown } | undefined;
    while (!signal.aborted && !failed) {
      const answered = await this.#ask(signal);
      const term = this.#leads();
      if (term && !leading)
        leading = lead(AbortSignal.any([signal, term.end.signal]), term.since)
          .catch((error: unknown) => void (failed = { error }))
          .finally(() => (leading = undefined));
      await this.#pause(signal, term ? times.renewSeconds : times.askSeconds, answered);
    }
    await leading;
    if (this.#leads()) await this.#release();
    this.#end('it stops');
    if (failed) throw failed.error;
  }

  /** True when the server answered. */
  async #ask(signal: AbortSignal): Promise<boolean> {
    const sent = this.#clock.now();
    try {
      const { held, holder, epoch, resourceVersion } = await this.#hold({ fresh: !this.#asked }, signal);
      this.#asked = true;
      if (!held && holder !== this.#holder) this.#options.log.info({ lease: this.#options.name, holder, epoch }, 'stands by');
      this.#holder = holder;
      if (held) this.#renew({ epoch, since: resourceVersion, until: sent + times.actSeconds * 1_000 });
      else this.#end(`${holder ?? 'nobody'} leads at epoch ${epoch}`);
      return true;
    } catch (error) {
      this.#options.log.debug({ err: error }, 'the lease could not be asked for');
      return false;
    }
  }

  #renew(next: Omit<Term, 'end'>): void {
    if (this.#leads()?.epoch === next.epoch) return void (this.#term!.until = next.until);
    this.#end('its lease ran out');
    if (this.#clock.now() >= next.until) return;
    const term: Term = { ...next, end: new AbortController() };
    this.#term = term;
    this.#options.log.info({ lease: this.#options.name, epoch: term.epoch }, 'leads');
    this.#options.onChange?.(term.epoch);
    this.#watch(term);
  }

  /** Ends the term when it has run out unrenewed. */
  #watch(term: Term): void {
    this.#clock.after(Math.max(1, term.until - this.#clock.now()), () => {
      if (term !== this.#term) return;
      if (this.#clock.now() < term.until) this.#watch(term);
      else this.#end('its lease ran out');
    });
  }

  #leads(): Term | undefined {
    return this.#term !== undefined && this.#clock.now() < this.#term.until ? this.#term : undefined;
  }

  #end(why: string): void {
    const term = this.#term;
    if (term === undefined) return;
    this.#term = undefined;
    this.#options.log.info({ lease: this.#options.name, epoch: term.epoch, why }, 'leads no more');
    term.end.abort(new ApiError('NotLeader', `${this.#options.holder} leads ${this.#options.name} no more: ${why}`));
    this.#options.onChange?.(undefined);
  }

  async #release(): Promise<void> {
    await this.#hold({ release: true }).catch((error: unknown) => this.#options.log.debug({ err: error }, 'the lease could not be given back; it runs out'));
  }

  #hold(more: Partial<HoldRequest>, signal?: AbortSignal): Promise<HoldAnswer> {
    const { name, holder, session, client } = this.#options;
    const body: HoldRequest = { holder, session, ...more };
    return withEither([signal, AbortSignal.timeout(answerMs)], (signal) => client.transport.json({ method: 'POST', path: holdPath(name), body, signal }));
  }

  /** Spread a little, so that several that stand by don't ask in step; quickly again when there was no answer. */
  async #pause(signal: AbortSignal, seconds: number, answered: boolean): Promise<void> {
    const { random = Math.random } = this.#options;
    const ms = (answered ? seconds : 0.5) * 1_000 * (0.9 + 0.2 * random());
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(ms, done);
      signal.addEventListener('abort', done, { once: true });
      function done(): void {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
      if (signal.aborted) done();
    });
  }
}
