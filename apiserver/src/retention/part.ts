import { self } from '../bootstrap.js';
import type { Part, ServerContext } from '../context.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { oldEvents, oldKeys, unnamedModules } from './old.js';

const everyMs = 10 * 60_000;
/** So many records go in one commit. */
const mostAtOnce = 500;
/** However far the wall clock jumps, an idempotency key is kept for so long: it is more than a memory. */
const surelyKeptMs = 3_600_000;

/**
 * Lets go of what nobody needs any more. Every server does it: each commit is decided on the records as they stand, so that
 * two of them do no harm to each other. A wall clock is good enough for what is only a memory.
 */
export const retentionPart: Part = (app, context) => {
  const retention = new Retention(context);
  let running = Promise.resolve();
  const timer = setInterval(() => (running = running.then(() => retention.prune())), everyMs);
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await running;
  });
};

export class Retention {
  /** Modules that nothing names, and since when they were seen so, by the clock that only goes forward. */
  readonly #unnamed = new Map<string, number>();
  /** Positions at which it looked, and when. */
  #known: { at: number; rv: number }[] = [];

  constructor(private readonly context: ServerContext) {}

  /** Removes all that is over its time. Never throws: what fails is tried the next time. */
  async prune(): Promise<void> {
    const { retention } = this.context.config;
    const ago = (hours: number) => new Date(Date.parse(this.context.now()) - hours * 3_600_000).toISOString();
    await this.#remove((view) => oldEvents(view, ago(retention.eventHours)));
    const upTo = this.#longKnown();
    await this.#remove((view) => oldKeys(view, ago(retention.keyHours), upTo));
    const due = this.#modulesDue(retention.moduleHours * 3_600_000);
    await this.#remove((view) => unnamedModules(view).filter(({ key }) => due.has(key)));
  }

  /** The last position that this server has known for long enough, by the clock that only goes forward. */
  #longKnown(): number {
    const { monotonic, registry } = this.context;
    const now = monotonic();
    this.#known.push({ at: now, rv: registry.rv });
    const found = this.#known.findLast(({ at }) => now - at >= surelyKeptMs);
    this.#known = this.#known.filter(({ at }) => at >= (found?.at ?? -Infinity));
    return found?.rv ?? 0;
  }

  #modulesDue(afterMs: number): Set<string> {
    const now = this.context.monotonic();
    const unnamed = unnamedModules(this.context.registry.view).map(({ key }) => key);
    for (const key of this.#unnamed.keys()) if (!unnamed.includes(key)) this.#unnamed.delete(key);
    for (const key of unnamed) if (!this.#unnamed.has(key)) this.#unnamed.set(key, now);
    return new Set(unnamed.filter((key) => now - this.#unnamed.get(key)! >= afterMs));
  }

  async #remove(old: (view: View) => Op[]): Promise<void> {
    const { registry, log } = this.context;
    try {
      while (old(registry.view).length > 0) {
        const { result } = await registry.write(self.name, (view) => {
          const ops = old(view).slice(0, mostAtOnce);
          return { ops, result: ops.length };
        });
        if (result === 0) return;
      }
    } catch (error) {
      log.warn({ err: error }, 'what is over its time could not be removed; it is tried again');
    }
  }
}
