import type { EngineObject, Having } from '@spawnit/worker-agent/dist/src/docker/engine.js';
import { Engine } from '@spawnit/worker-agent/dist/src/docker/engine.js';
import type { Random } from '../time/random.js';
import type { Timeline } from '../time/timeline.js';
import type { SimulatedProcess } from '../time/simulated-process.js';

export interface Container {
  id: string;
  name: string;
  labels: Record<string, string>;
  text: string;
  started: boolean;
  /** Of the run that made it. */
  epoch: number;
}

/** Who changes something: a run at an epoch, or an agent that sweeps. */
export interface Author {
  uid: string;
  epoch: number | 'sweep' | 'somebody';
  /** Nothing of it has changed: it is to be made anew all the same. */
  anew?: boolean;
}

/** In place of a Docker engine: containers by name, and networks. It outlives all agents. */
export class SimulatedEngine {
  readonly containers = new Map<string, Container>();
  readonly networks = new Map<string, EngineObject>();
  /** Until then nothing that a run wants is ready to be made (an image that is being pulled). */
  slowUntil = 0;
  /** Nobody reaches it; what stands there goes on. */
  away = false;
  /** Told of each change before it is made. */
  onChange: (engine: SimulatedEngine, what: string, author: Author, container: Container | undefined) => void = () => undefined;

  constructor(
    readonly id: string,
    readonly timeline: Timeline,
    readonly random: Random,
  ) {}

  create(author: Author, of: Pick<Container, 'name' | 'labels' | 'text'>): Container {
    const taken = [...this.containers.values()].find(({ name }) => name === of.name);
    if (taken) throw new Error(`Conflict. The container name "/${of.name}" is already in use by container "${taken.id}"`);
    const container: Container = { ...of, id: this.random.bytes(6).toString('hex'), started: false, epoch: typeof author.epoch === 'number' ? author.epoch : 0 };
    this.onChange(this, 'create', author, container);
    this.containers.set(container.id, container);
    return container;
  }

  start(author: Author, id: string): void {
    const container = this.containers.get(id);
    if (container === undefined) throw new Error(`No such container: ${id}`);
    this.onChange(this, 'start', author, container);
    container.started = true;
  }

  remove(author: Author, id: string): void {
    const container = this.containers.get(id);
    if (container === undefined) return;
    this.onChange(this, 'remove', author, container);
    this.containers.delete(id);
  }

  objects(having: Having = {}): EngineObject[] {
    const containers = [...this.containers.values()].map(({ id, name, labels }): EngineObject => ({ kind: 'container', id, name, labels }));
    return [...containers, ...this.networks.values()].filter(({ labels }) => Object.entries(having).every(([label, value]) => labels[`spawnit.dev/${label}`] === value));
  }
}

/** How a call gets to the engine: directly, or by a gate that may refuse it. */
export type Way = <T>(mutates: boolean, act: () => T) => Promise<T>;

/** A call of a process: it takes a while to arrive, to be done, and to be answered. What has arrived is done, whoever is dead by then. */
export function wayFrom(process: SimulatedProcess, engine: SimulatedEngine): Way {
  const { timeline, random } = engine;
  return (mutates, act) =>
    new Promise((resolve, reject) => {
      timeline.after(mutates ? random.between(1, 400) : 1, undefined, () => {
        try {
          if (engine.away) throw new Error('Cannot connect to the Docker daemon. Is the docker daemon running?');
          const result = act();
          timeline.after(1, process, () => resolve(result));
        } catch (error) {
          timeline.after(1, process, () => reject(error as Error));
        }
      });
    });
}

/** In place of the agent's client of the engine: the same calls, on a simulated one. */
export function simulatedEngineClient(engine: SimulatedEngine, way: Way, author: (uid: string | undefined) => Author): Engine {
  const client = {
    info: () => way(false, () => infoOf(engine)),
    objects: (having?: Having) => way(false, () => engine.objects(having)),
    remove: ({ kind, id }: Pick<EngineObject, 'kind' | 'id'>) =>
      way(true, () => {
        if (kind === 'network') return engine.networks.delete(id);
        engine.remove(author(engine.containers.get(id)?.labels['spawnit.dev/uid']), id);
        return true;
      }),
    ensureNetwork: (name: string, of: { cluster: string; namespace: string }) =>
      way(true, () => {
        const labels = { 'spawnit.dev/managed': 'true', 'spawnit.dev/cluster': of.cluster, 'spawnit.dev/namespace': of.namespace };
        if (!engine.networks.has(name)) engine.networks.set(name, { kind: 'network', id: name, name, labels });
      }),
    inspectContainer: (id: string) =>
      way(false, () => {
        const container = engine.containers.get(id);
        return container && { Created: new Date(0).toISOString(), RestartCount: 0, State: { Status: container.started ? 'running' : 'created', ExitCode: 0 } };
      }),
    close: async () => undefined,
  };
  return client as unknown as Engine;
}

function infoOf({ id }: SimulatedEngine): { ID: string; ServerVersion: string; NCPU: number; MemTotal: number } {
  return { ID: id, ServerVersion: 'simulated-engine', NCPU: 2, MemTotal: 4 * 1024 ** 3 };
}
