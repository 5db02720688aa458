import type { GateOptions } from '@spawnit/worker-agent/dist/src/lease/gate.js';
import type { Gate } from '@spawnit/worker-agent/dist/src/lease/gate-traffic.js';
import type { Random } from '../time/random.js';
import type { SimulatedProcess } from '../time/simulated-process.js';
import type { Way } from './simulated-engine.js';

/**
 * The agent's gate without its sockets. What it asks before it lets a change pass is the agent's own `refusal`; it asks in
 * the agent's process, so while that is stopped nothing passes, and when it goes on what waited is judged then.
 */
export class SimulatedGate implements Gate {
  /** Checks in it are plans of a simulated tofu, which fail when they can't reach the engine. */
  readonly unanswered = 0;
  #open = true;
  #broken: (() => void)[] = [];

  constructor(
    readonly socket: string,
    private readonly agent: SimulatedProcess,
    private readonly refusal: GateOptions['refusal'],
    private readonly random: Random,
  ) {}

  cut(): void {
    for (const breakOff of this.#broken.splice(0)) breakOff();
  }

  async close(): Promise<void> {
    this.#open = false;
    this.cut();
  }

  /** The way of a process on this machine through the gate. */
  through(caller: SimulatedProcess, onward: Way): Way {
    return (mutates, act) =>
      new Promise((resolve, reject) => {
        const answer = (settle: () => void) => void caller.after(1, settle);
        this.agent.onEnd(() => answer(() => reject(new Error('cannot reach the Docker engine: the gate is gone'))));
        this.agent.after(this.random.between(0.1, 2), () => {
          const why = !this.#open ? 'connection refused' : mutates ? this.refusal() : undefined;
          if (why !== undefined) return answer(() => reject(new Error(why)));
          this.#broken.push(() => answer(() => reject(new Error('connection reset by the gate'))));
          void onward(mutates, act).then((result) => answer(() => resolve(result)), (error: unknown) => answer(() => reject(error as Error)));
        });
      });
  }
}
