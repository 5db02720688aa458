import { waitFor } from '@spawnit/testkit';
import type { Random } from '../simulation/time/random.js';
import type { Clock } from './clients.js';
import type { Cluster, Server } from './cluster.js';

/** A fault lasts until so much was sent and received by all, and at most so long: now and then long enough for reads from memory. */
const longestMs = [100, 100, 100, 600];
/** Between two faults. */
const quietMs = 2_000;

/** Spoils the connections of one server after another to the store, and kills servers and the store, until it is told to end. */
export class Trouble {
  readonly counts = new Map<string, number>();
  #ended = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  get faults(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  end(): void {
    this.#ended = true;
  }

  /** Ends with all well. `kills` in passing: a server now and then, the store once. */
  async run(kills: number): Promise<void> {
    let left = kills;
    for (let n = 1; !this.#ended; n++) {
      const server = this.random.pick(this.cluster.servers);
      if (left > 0 && n % 6 === 0) {
        left--;
        await this.#kill(server, left);
      } else {
        const fault = this.random.pick(faults);
        this.#count(fault.name);
        await fault(server.proxy, (ticks) => this.#pass(ticks), this.random);
        server.proxy.heal();
      }
      await this.#pass(this.random.whole(200, 1_500), quietMs);
    }
  }

  async #kill(server: Server, left: number): Promise<void> {
    this.#count(left === 0 ? 'store killed' : 'server killed');
    if (left > 0) return server.api.restart();
    await this.cluster.minio.kill('SIGKILL');
    await this.#pass(50);
    await this.cluster.minio.restart();
  }

  #count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  async #pass(ticks: number, mostMs = this.random.pick(longestMs)): Promise<void> {
    const end = this.clock.ticks + ticks;
    const late = performance.now() + mostMs;
    await waitFor(() => this.#ended || this.clock.ticks >= end || performance.now() >= late, { what: 'others to go on', everyMs: 5 });
  }
}

type Fault = (proxy: Server['proxy'], pass: (ticks: number) => Promise<void>, random: Random) => Promise<void>;

const faults: Fault[] = [
  async function slow(proxy, pass, random) {
    proxy.slow(random.whole(2, 60));
    await pass(150);
  },
  async function answersLate(proxy, pass) {
    proxy.loseReplies();
    await pass(80);
  },
  async function answersLost(proxy, pass) {
    proxy.loseReplies();
    await pass(40);
    proxy.reset({ once: true });
  },
  async function requestsLost(proxy, pass) {
    proxy.blackHole();
    await pass(40);
    proxy.reset({ once: true });
  },
  async function requestsLate(proxy, pass) {
    proxy.blackHole();
    await pass(80);
  },
  async function refused(proxy, pass) {
    proxy.cut();
    await pass(80);
  },
  async function reset(proxy) {
    proxy.reset({ once: true });
  },
];
