import { agentPaths, CheckOrder, keepTrying, liveLines } from '@spawnit/contract';
import type { NodeParts } from '../jobs/parts.js';
import type { ServiceLocks } from '../jobs/service-locks.js';
import { check } from './check.js';
import { Slots } from './slots.js';

/** Who asked waits for a minute: what could not begin until then is not asked any more. */
const staleMs = 55_000;

/** So many checks are begun; what they cost is up to those that need a full plan, which are fewer. */
const parallel = 32;

/** So many wait for that; the drift-controller asks for far fewer at once. */
export const mostChecksWaiting = 1_000;

export interface ChecksOptions {
  parts: NodeParts;
  locks: ServiceLocks;
  /** How many full plans run at once. */
  plans: number;
  signal: AbortSignal;
}

/** Takes check orders off the node's stream and answers each, until the signal. Connects again after any break. */
export async function serveChecks(options: ChecksOptions): Promise<void> {
  const { parts, signal } = options;
  const queue = new CheckQueue(options);
  const take = async (works: () => void) => {
    for await (const line of liveLines(parts.transport(), agentPaths.checks(parts.config.node), signal)) {
      works();
      const order = CheckOrder.safeParse(line);
      if (order.success) queue.add(order.data);
    }
  };
  await keepTrying(signal, take, (error) => parts.log.debug({ err: error }, 'check stream broken'));
  await queue.settled();
}

class CheckQueue {
  readonly #waiting: { order: CheckOrder; since: number }[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #plans: Slots;

  constructor(private readonly options: ChecksOptions) {
    this.#plans = new Slots(options.plans);
  }

  add(order: CheckOrder): void {
    const { load } = this.options.parts;
    if (this.#waiting.length >= mostChecksWaiting) load.checksRefused += 1;
    else this.#waiting.push({ order, since: performance.now() });
    this.#fill();
  }

  async settled(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all(this.#running);
  }

  #fill(): void {
    const { load } = this.options.parts;
    while (this.#running.size < parallel && this.#waiting.length > 0) {
      const { order, since } = this.#waiting.shift()!;
      if (performance.now() - since > staleMs) continue;
      const work = this.#answer(order).finally(() => {
        this.#running.delete(work);
        this.#fill();
      });
      this.#running.add(work);
    }
    load.checksWaiting = this.#waiting.length;
    load.checksRunning = this.#running.size;
  }

  async #answer(order: CheckOrder): Promise<void> {
    const { parts, locks, signal } = this.options;
    const result = await check({ parts, locks, plans: this.#plans }, order, signal);
    if (signal.aborted) return;
    // The order runs out on the server by itself, so an answer that can't be given is not given again.
    await parts
      .transport()
      .json({ method: 'POST', path: agentPaths.checkResult(parts.config.node, order.id), body: result })
      .catch((error: unknown) => parts.log.debug({ err: error, service: order.inputs.service }, 'check result not delivered'));
  }
}
