import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '@spawnit/contract';
import { Engine, type EngineInfo } from './engine.js';

/** Keeps in mind what the engine last said of itself, so that heartbeats never wait for it. */
export class EngineWatch {
  /** What it said last, also when it has gone silent since. */
  info: EngineInfo | undefined;
  reachable = false;
  /** Why it is not reachable, and since when (ISO 8601) this has been so. */
  problem = 'not asked yet';
  since = new Date().toISOString();
  /** Whether its events are being followed, why not, and since when this has been so. */
  events: { followed: boolean; problem: string; since: string } = { followed: false, problem: 'not asked for yet', since: this.since };

  constructor(
    readonly socket: string,
    private readonly onReturn: () => void = () => undefined,
    readonly engine = new Engine(socket),
  ) {}

  /** Asks once, for at most `ms`. */
  async look(ms: number): Promise<void> {
    const before = this.reachable;
    const answered = new AbortController();
    const late = delay(ms, undefined, { signal: answered.signal }).then(() => {
      throw new Error(`no answer within ${ms} ms`);
    });
    late.catch(() => undefined);
    try {
      this.info = await Promise.race([this.engine.info(), late]);
      this.reachable = true;
    } catch (error) {
      this.reachable = false;
      this.problem = errorText(error);
    } finally {
      answered.abort();
    }
    if (before !== this.reachable) this.since = new Date().toISOString();
    if (!before && this.reachable) this.onReturn();
  }

  eventsAre(followed: boolean, problem = ''): void {
    this.events = { followed, problem, since: followed === this.events.followed ? this.events.since : new Date().toISOString() };
  }

  async follow(everyMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look(everyMs);
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
