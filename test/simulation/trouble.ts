import type { Mishap } from './network/network.js';
import type { SimulatedProcess } from './time/simulated-process.js';
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
  #onlyAgents = false;
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
    return random.between(0.2, 2) * (!this.calm && random.chance(0.15) ? 10 * this.#paceMs : this.#paceMs);
  }

  begin(): void {
    const { random, network } = this.world;
    const upTo = (most: number) => (random.chance(0.5) ? random.next() * most : 0);
    // In a third of all runs only agents have trouble: the rest is well enough to take their work from them at once.
    this.#onlyAgents = random.chance(0.35);
    if (!this.#onlyAgents) this.chances = { store: upTo(0.04), slowStore: upTo(0.05), request: upTo(0.03), answer: upTo(0.05), again: upTo(0.03), slow: upTo(0.1) };
    this.#paceMs = random.pick([200, 1_500, 4_000]);
    network.mishap = () => this.#mishap();
    const everyMs = this.#onlyAgents ? 12_000 : random.pick([1_500, 3_000, 6_000]);
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
    for (const engine of this.world.engines) engine.slowUntil = 0;
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
    if (this.#onlyAgents) return random.chance(0.6) ? this.#isolate(this.#agent().name) : this.#stop(this.#agent());
    random.pick([() => this.#crash(), () => this.#stop(), () => this.#stop(), () => this.#cut(), () => this.#isolate(), () => this.#isolate(), () => this.#storm(), () => this.#jump(), () => this.#meddle()])();
  }

  #crash(): void {
    this.#count('crash');
    this.#victim().kill();
  }

  #stop(process = this.#victim()): void {
    if (process.stopped) return;
    this.#count('stop');
    process.stop();
    const ms = this.world.random.between(5_000, 40_000);
    this.#lasting(ms, () => process.continue());
    this.#away(process.name, ms);
  }

  #cut(): void {
    const { network, random, processes } = this.world;
    const [a, b] = this.#link([...processes.keys()]);
    this.#count('cut');
    network.cut(a, b);
    this.#lasting(random.between(1_000, 40_000), () => network.heal(a, b));
  }

  /** One process is cut off from all servers: for a moment, for about as long as silence is judged by, or for long. */
  #isolate(name = this.#anyClient()): void {
    const { network, random, processes } = this.world;
    const servers = [...processes.keys()].filter((each) => each.startsWith('server-'));
    this.#count('isolated');
    for (const server of servers) network.cut(server, name);
    const ms = random.pick([random.between(1_000, 12_000), random.between(17_000, 26_000), random.between(25_000, 55_000), random.between(25_000, 55_000)]);
    this.#lasting(ms, () => servers.forEach((server) => network.heal(server, name)));
    this.#away(name, ms);
  }

  /**
   * While it is away, its engine may be slow, so that its run is still at it when others take over; and its machine's wall
   * clock may be set back, so that what was to end by it seems to last.
   */
  #away(name: string, ms: number): void {
    const { random, timeline, engineOf } = this.world;
    const engine = engineOf.get(name);
    if (engine && random.chance(0.5)) engine.slowUntil = timeline.now + random.between(0.5, 1.1) * ms;
    if (random.chance(0.4)) this.#setBack(name, ms);
  }

  #setBack(name: string, withinMs: number): void {
    const { random, timeline, clocks } = this.world;
    this.#count('clock jump');
    timeline.after(random.next() * withinMs, undefined, () => (clocks.get(name)!.wallOffset -= random.between(10_000, 90_000)));
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

  #anyClient(): string {
    const { random, processes } = this.world;
    return random.chance(0.8) ? this.#agent().name : random.pick([...processes.keys()].filter((each) => !each.startsWith('server-')));
  }

  /** Agents more often than others: it is they who change something. */
  #victim(): SimulatedProcess {
    const { random, processes } = this.world;
    const all = [...processes.values()];
    return random.chance(0.5) ? this.#agent() : random.pick(all);
  }

  /** One that is in the middle of something, if there is one: that is when it matters. */
  #agent(): SimulatedProcess {
    const { random, processes, busy } = this.world;
    const agents = [...processes.values()].filter(({ name }) => name.startsWith('agent-'));
    const working = agents.filter((agent) => (busy.get(agent) ?? 0) > 0);
    return random.pick(working.length > 0 && random.chance(0.8) ? working : agents);
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
