import { restartAnnotation, type ClaimAnswer, type Job, type Service } from '@spawnit/contract';
import type { Author, Container } from '../stand-ins/simulated-engine.js';
import type { World } from '../world.js';

/** An order of a restart makes anew what stood when it was given, and on one node no more than that (I14). */
export class Restarted {
  /** By service and epoch: which order that run carries out, and where. */
  readonly #orders = new Map<string, string>();
  readonly #madeFor = new WeakMap<Container, string>();
  /** By service and order: what stood then. */
  readonly #stood = new Map<string, Set<Container>>();

  constructor(private readonly world: Pick<World, 'promises' | 'engines' | 'engineOf'>) {}

  claimed(node: string, { inputs: { serviceUid, epoch }, restartOrder }: ClaimAnswer): void {
    if (restartOrder !== undefined) this.#orders.set(`${serviceUid} ${epoch}`, `${restartOrder} on ${node}`);
  }

  engineChanges(what: string, { uid, epoch, anew }: Author, container: Container | undefined): void {
    const order = this.#orders.get(`${uid} ${epoch}`);
    if (order === undefined || container === undefined) return;
    if (what === 'create') this.#madeFor.set(container, order);
    if (what === 'remove' && anew && this.#madeFor.get(container) === order) this.world.promises.break('I14', `container ${container.name} was made anew for ${order}, and then once more`);
  }

  serviceChanges(before: Service | undefined, { metadata: { uid, annotations } }: Service): void {
    const order = annotations?.[restartAnnotation];
    const at = `${uid} ${order}`;
    if (order === undefined || order === before?.metadata.annotations?.[restartAnnotation] || this.#stood.has(at)) return;
    this.#stood.set(at, new Set(this.world.engines.flatMap(({ containers }) => [...containers.values()].filter(({ labels }) => labels['spawnit.dev/uid'] === uid))));
  }

  /** Where it was carried out; on another engine a sweep removes what the service has left there. */
  jobSucceeded({ metadata: { name, annotations }, spec, status }: Job): void {
    const stood = this.#stood.get(`${spec.serviceUid} ${annotations?.[restartAnnotation]}`);
    if (!spec.restart || spec.type !== 'Apply' || stood === undefined) return;
    const left = [...(this.world.engineOf.get(status!.node!)?.containers.values() ?? [])].find((container) => stood.has(container));
    if (left) this.world.promises.break('I14', `job ${name} has restarted its service, and container ${left.name} of before still stands`);
  }
}
