import type { ServerContext } from '@spawnit/apiserver/dist/src/context.js';
import { MemoryBucket } from '@spawnit/apiserver/dist/src/store/memory.js';
import type { RegistryOptions } from '@spawnit/apiserver/dist/src/store/log/options.js';
import type { Guards } from './guards/guards.js';
import { Network } from './network/network.js';
import { PromiseKeeper } from './promises/promise-keeper.js';
import { runAgent } from './programs/agent.js';
import { runApiserver } from './programs/apiserver.js';
import { runDriftProgram, runReconciler, runSchedulerProgram } from './programs/controllers.js';
import { SimulatedDisk } from './stand-ins/simulated-disk.js';
import { SimulatedEngine } from './stand-ins/simulated-engine.js';
import { Random } from './time/random.js';
import { SimulatedProcess, type ProcessClocks } from './time/simulated-process.js';
import { Timeline } from './time/timeline.js';
import { Trouble, type Character } from './trouble/trouble.js';

type Log = ServerContext['log'];

/** What servers are set to: such that in a minute happens what takes days. */
type Settings = Pick<RegistryOptions, 'snapshotEvery' | 'keepLogMs' | 'historyEvents' | 'historyBytes' | 'mostWaiting' | 'pollMs'>;

function settingsBy(random: Random): Settings {
  return { snapshotEvery: random.pick([15, 40, 150]), keepLogMs: random.pick([20_000, 60_000, 604_800_000]), historyEvents: random.pick([50, 500, 20_000]), pollMs: random.pick([250, 1_000]) };
}

/** What is usually far away is near: how many may wait for the store, and what is kept of changes to resume from. */
function narrowBounds(random: Random): Settings {
  return { mostWaiting: random.pick([3, 10, 5_000]), historyBytes: random.pick([2_000, 30_000, 32 * 2 ** 20]) };
}

/** Everything there is in one run: machines, their processes, the network, the store, the engines, and who watches over the promises. */
export class World {
  readonly timeline = new Timeline();
  readonly random: Random;
  readonly network: Network;
  readonly bucket = new MemoryBucket();
  readonly engines: SimulatedEngine[] = [];
  readonly engineOf = new Map<string, SimulatedEngine>();
  readonly trouble: Trouble;
  readonly promises: PromiseKeeper;
  /** By the name of the program; what runs there now. */
  readonly processes = new Map<string, SimulatedProcess>();
  /** How many runs of tofu an agent has. */
  readonly busy = new Map<SimulatedProcess, number>();
  readonly clocks = new Map<string, ProcessClocks>();
  readonly settings: Settings;
  /** So many states of a service are kept. */
  readonly stateSerials: number;

  constructor(
    readonly seed: number,
    readonly guards: Guards,
    readonly log: Log,
    private readonly character?: Character,
  ) {
    this.random = new Random(seed);
    this.settings = { ...settingsBy(this.random), ...(this.wide && narrowBounds(this.random)) };
    this.stateSerials = this.wide ? this.random.pick([1, 3, 50]) : 50;
    this.network = new Network(this.timeline, this.random);
    this.trouble = new Trouble(this, character);
    this.promises = new PromiseKeeper(this);
  }

  /** In a quarter of all runs people do what few do: they order restarts, and delete nodes, whose name another machine wants. The others are as they were before that was added. */
  get wide(): boolean {
    return this.seed % 4 === 3;
  }

  /** One or two apiservers, one or two of each controller, and agents on engines that two of them may share. */
  populate(): void {
    const { random } = this;
    for (let n = 1; n <= random.whole(1, 2); n++) this.#keepRunning(`server-${n}`, (process) => runApiserver(this, process));
    const inPairs = random.chance(0.25) || this.character === 'late leaders';
    for (const nth of inPairs ? ['', '-2'] : ['']) {
      this.#keepRunning(`reconciler${nth}`, (process) => runReconciler(this, process));
      this.#keepRunning(`scheduler${nth}`, (process) => runSchedulerProgram(this, process));
      this.#keepRunning(`drift-controller${nth}`, (process) => runDriftProgram(this, process));
    }
    for (const id of ['engine-1', 'engine-2']) this.engines.push(new SimulatedEngine(id, this.timeline, random));
    for (const engine of this.engines) engine.onChange = (...change) => this.promises.engineChanges(...change);
    const agents = random.whole(2, 3);
    for (let n = 1; n <= agents; n++) this.#addMachine(`agent-${n}`, this.engines[Math.min(n, 2) - 1]!);
    // It is given the name once nobody was heard under it, and who had it asks for it back.
    if (this.wide) this.#addMachine('agent-1-spare', this.engines[0]!, 'agent-1');
  }

  /** A process that nothing happens to. */
  spawn(name: string, run: (process: SimulatedProcess) => Promise<unknown>): SimulatedProcess {
    const process = new SimulatedProcess(this.timeline, name, this.#clocksOf(name));
    this.timeline.after(0, process, () => void run(process).catch((error: unknown) => this.#ended(process, error)));
    return process;
  }

  #addMachine(name: string, engine: SimulatedEngine, node?: string): void {
    const machine = { disk: new SimulatedDisk(), engine, node };
    this.engineOf.set(name, engine);
    this.#keepRunning(name, (process) => runAgent(this, process, machine));
  }

  /** As a service manager does: what ended is started again after a while. */
  #keepRunning(name: string, run: (process: SimulatedProcess) => Promise<unknown>): void {
    const process = this.spawn(name, run);
    this.processes.set(name, process);
    process.onEnd(() => this.timeline.after(this.random.between(200, 5_000), undefined, () => this.#keepRunning(name, run)));
  }

  #ended(process: SimulatedProcess, error: unknown): void {
    this.log.debug({ err: error }, `${process.name} ended`);
    process.kill();
  }

  /** Clocks belong to the machine: they go on through a restart. At most 2 % fast or slow, and wall clocks anywhere within a minute. */
  #clocksOf(name: string): ProcessClocks {
    const known = this.clocks.get(name);
    const clocks = known ?? { rate: this.random.between(0.98, 1.02), wallOffset: this.random.between(-30_000, 30_000) };
    this.clocks.set(name, clocks);
    return clocks;
  }
}
