import { agentPaths, ApiError, type FinishRequest, type Transport } from '@spawnit/contract';
import type { Logger } from 'pino';
import type { AgentLoad } from '../load.js';
import { recoverState } from '../tofu/state.js';
import { untold } from './recordable.js';
import type { Spool, SpoolEntry } from './spool.js';

/** Hands in results until each is acknowledged or refused for good. */
export class Reporter {
  readonly #entries = new Map<string, SpoolEntry>();
  #busy: Promise<void> | undefined;

  constructor(
    private readonly spool: Spool,
    private readonly transport: () => Transport,
    private readonly log: Logger,
    private readonly load: Pick<AgentLoad, 'results'>,
  ) {}

  /** Takes up what a former agent could not report. */
  async takeUp(): Promise<void> {
    const onSetAside = (file: string, err: unknown) => this.log.error({ file, err }, 'a result that waited to be reported says nothing any more: it is set aside');
    for (const entry of await this.spool.all(onSetAside)) this.#entries.set(keyOf(entry), entry);
    this.#count();
  }

  /** `namespace/job` of what is still to be reported. */
  pending(): string[] {
    return [...this.#entries.keys()];
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Resolves when the result is safe on disk; it is handed in from then on. */
  async add(entry: SpoolEntry): Promise<void> {
    await this.spool.put(entry);
    this.#entries.set(keyOf(entry), entry);
    this.#count();
    void this.flush();
  }

  /** The result is not ours to report any more. A state that was not handed in still is: it may be all that knows what was made. */
  async revoke(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry?.state === undefined) return this.#drop(key);
    if (entry.finish !== undefined) await this.add({ ...entry, finish: undefined });
  }

  async #drop(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    await this.spool.remove(entry);
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    this.#count();
  }

  #count(): void {
    this.load.results = this.#entries.size;
  }

  /** Tries all once; what fails, also for a disk that is full or broken, stays for the next time. Never rejects. */
  flush(): Promise<void> {
    return (this.#busy ??= this.#all().finally(() => (this.#busy = undefined)));
  }

  async #all(): Promise<void> {
    for (const [key, entry] of this.#entries) {
      try {
        if (await this.#report(entry)) await this.#drop(key);
      } catch (error) {
        this.log.error({ job: key, err: error }, 'a result could not be settled: it is tried again with the next heartbeat');
      }
    }
  }

  /** True when it is settled, one way or the other. */
  async #report(entry: SpoolEntry): Promise<boolean> {
    const { finish, state } = entry;
    const recovery = state === undefined ? 'Settled' : await recoverState(state, state.recover, Buffer.from(state.body), this.transport().options.request);
    if (recovery === 'Later' || (finish !== undefined && !(await this.#finish(entry, finish)))) return false;
    if (recovery === 'Settled') return true;
    if (finish !== undefined) await this.#keepState(entry);
    return false;
  }

  /** A state that is refused holds its result back no longer. It stays, for it may be all that knows what was made. */
  async #keepState(entry: SpoolEntry): Promise<void> {
    this.log.error({ job: keyOf(entry), epoch: entry.epoch }, 'the state that a run has left is refused: it is kept on this node and brought again');
    await this.add({ ...entry, finish: undefined });
  }

  async #finish(entry: SpoolEntry, finish: FinishRequest, again = true): Promise<boolean> {
    const { namespace, job } = entry;
    try {
      await this.transport().json({ method: 'POST', path: agentPaths.finish(namespace, job), body: finish });
      return true;
    } catch (error) {
      // What is too large is so for whoever says it.
      if (again && (ApiError.is(error, 'PayloadTooLarge') || (isFinal(error) && ApiError.is(error, 'Invalid', 'BadRequest')))) return this.#finishShortly(entry, finish, error.message);
      if (!isFinal(error)) return false;
      this.log.info({ job: keyOf(entry), epoch: entry.epoch, reason: error.message }, 'result refused: the work is not ours any more');
      return true;
    }
  }

  /** The job is ours, and only what is told of it can't be taken: without an end it would be given out, and run, again and again. */
  #finishShortly(entry: SpoolEntry, finish: FinishRequest, why: string): Promise<boolean> {
    this.log.error({ job: keyOf(entry), epoch: entry.epoch, reason: why }, 'the result is not taken as it is: just that the job has ended is told');
    return this.#finish(entry, untold(finish, why), false);
  }
}

/** A refusal that trying again won't change: the server's own, not that of something in between which can't reach it. */
export function isFinal(error: unknown): error is ApiError {
  return error instanceof ApiError && !error.details.foreign && error.status < 500 && !ApiError.is(error, 'TooManyRequests', 'Unauthorized');
}

function keyOf({ namespace, job }: Pick<SpoolEntry, 'namespace' | 'job'>): string {
  return `${namespace}/${job}`;
}
