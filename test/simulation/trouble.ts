import type { Mishap } from './network/network.js';
import type { World } from './world.js';

/** How likely each mishap is, for each call, while there is trouble. */
interface Chances {
  store: number;
  slowStore: number;
  request: number;
  answer: number;
  again: number;
  slow: number;
}

const none: Chances = { store: 0, slowStore: 0, request: 0, answer: 0, again: 0, slow: 0 };

/** All that goes wrong, until it is calm. What it begins it also ends. */
export class Trouble {
  calm = false;
  faults = 0;
  chances: Chances = none;
  #paceMs = 300;
  readonly #endings = new Set<() => void>();
  readonly #counts = new Map<string, number>();

  constructor(private readonly world: World) {}

  /** How many there were of each sort. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** How long one thing takes on an engine. */
  paceMs(): number {
    const { random } = this.world;
    return random.chance(0.05) ? this.#paceMs * 20 : random.between(0.2, 2) * this.#paceMs;
  }

  begin(): void {
    const { random, network } = this.world;
    const upTo = (most: number) => (random.chance(0.5) ? random.next() * most : 0);
    this.chances = { store: upTo(0.04), slowStore: upTo(0.05), request: upTo(0.03), answer: upTo(0.05), again: upTo(0.03), slow: upTo(0.1) };
    this.#paceMs = random.pick([100, 500, 2_000]);
    network.mishap = () => this.#mishap();
    const everyMs = random.pick([1_500, 3_000, 6_000]);
    const next = () => {
      if (this.calm) return;
      this.#strike();
      this.world.timeline.after(-Math.log(1 - random.next()) * everyMs, undefined, next);
    };
    next();
  }

  end(): void {
    this.calm = true;
    this.chances = none;
    this.#paceMs = 300;
    for (const ending of [...this.#endings]) ending();
  }

  #mishap(): Mishap {
    const { random } = this.world;
    const { request, answer, again, slow } = this.chances;
    const ms = () => (random.chance(slow) ? random.between(100, 12_000) : random.between(0.3, 3));
    const mishap: Mishap = { requestMs: ms(), answerMs: ms(), silent: random.chance(0.3) };
    if (random.chance(request)) mishap.lost = 'request';
    else if (random.chance(answer)) mishap.lost = 'answer';
    if (random.chance(again)) mishap.againMs = random.between(0, 15_000);
    if (mishap.lost || mishap.againMs !== undefined) this.#count(mishap.lost ? `${mishap.lost} lost` : 'sent twice');
    return mishap;
  }

  #strike(): void {
    const { random } = this.world;
    random.pick([() => this.#crash(), () => this.#stop(), () => this.#stop(), () => this.#cut(), () => this.#cut(), () => this.#storm(), () => this.#jump(), () => this.#meddle()])();
  }

  #crash(): void {
    this.#count('crash');
    this.#victim().kill();
  }

  #stop(): void {
    const process = this.#victim();
    if (process.stopped) return;
    this.#count('stop');
    process.stop();
    this.#lasting(this.world.random.between(5_000, 40_000), () => process.continue());
  }

  #cut(): void {
    const { network, random, processes } = this.world;
    const [a, b] = this.#link([...processes.keys()]);
    this.#count('cut');
    network.cut(a, b);
    this.#lasting(random.between(1_000, 40_000), () => network.heal(a, b));
  }

  /** A store that answers badly for a while. */
  #storm(): void {
    this.#count('store storm');
    const before = this.chances;
    const { random } = this.world;
    this.chances = { ...before, store: 0.5, slowStore: 0.5 };
    this.#lasting(random.between(500, 15_000), () => (this.chances = this.calm ? none : before));
  }

  #jump(): void {
    const { random, clocks } = this.world;
    this.#count('clock jump');
    random.pick([...clocks.values()]).wallOffset += random.between(-90_000, 90_000);
  }

  /** Somebody removes a container by hand. */
  #meddle(): void {
    const { random, engines } = this.world;
    const { containers } = random.pick(engines);
    if (containers.size === 0) return;
    this.#count('removed by hand');
    containers.delete(random.pick([...containers.keys()]));
  }

  #victim() {
    return this.world.random.pick([...this.world.processes.values()]);
  }

  #link(names: string[]): [string, string] {
    const { random } = this.world;
    const server = random.pick(names.filter((name) => name.startsWith('server-')));
    return [server, random.pick([...names.filter((name) => name !== server), 'store'])];
  }

  #lasting(ms: number, end: () => void): void {
    const once = () => {
      if (this.#endings.delete(once)) end();
    };
    this.#endings.add(once);
    this.world.timeline.after(ms, undefined, once);
  }

  #count(what: string): void {
    this.faults++;
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}
