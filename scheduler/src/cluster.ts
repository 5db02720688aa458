import { hostPorts, type Job, type Node, type Service, type Template } from '@spawnit/contract';
import { keyFor, keyOf } from '@spawnit/controller';

export interface Snapshot {
  nodes: Node[];
  services: Service[];
  jobs: Job[];
  templates: Template[];
}

/** What stands where, counted once for all placements of a pass. `assign` keeps the count while the pass places. */
export class Cluster {
  /** By name, so that no answer hangs on the order of a list. */
  readonly nodes: readonly Node[];
  private readonly services: Map<string, Service>;
  private readonly templates: Map<string, Template>;
  private readonly slotsUsed = new Map<string, number>();
  private readonly counts = new Map<string, number>();
  private readonly portOwners = new Map<string, Service[]>();

  constructor({ nodes, services, jobs, templates }: Snapshot) {
    this.nodes = [...nodes].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    this.services = new Map(services.map((each) => [keyOf(each), each]));
    this.templates = new Map(templates.map((each) => [each.metadata.name, each]));
    for (const service of services) this.count(service, 1);
    for (const job of jobs) if (occupiesSlot(job)) add(this.slotsUsed, job.status!.node!, 1);
  }

  node(name: string | undefined): Node | undefined {
    return this.nodes.find((each) => each.metadata.name === name);
  }

  service(namespace: string | undefined, name: string): Service | undefined {
    return this.services.get(keyFor(namespace, name));
  }

  template(name: string): Template | undefined {
    return this.templates.get(name);
  }

  slotsUsedOn(node: Node): number {
    return this.slotsUsed.get(node.metadata.name) ?? 0;
  }

  /** Services that were placed there; `place` is `node/…` or `engine/…`. */
  servicesAt(place: string): number {
    return this.counts.get(place) ?? 0;
  }

  /** Those of them with this service's namespace and template. */
  alikeAt(place: string, service: Service): number {
    return this.counts.get(alikeKey(place, service)) ?? 0;
  }

  /** Another service on the engine that has this port of its host. */
  portOwner(engine: string, port: number, except: Service): Service | undefined {
    return this.portOwners.get(`${engine}/${port}`)?.find((each) => each.metadata.uid !== except.metadata.uid);
  }

  portsOf(service: Service): number[] {
    const schema = this.template(service.spec.template)?.spec?.parameters;
    return schema ? [...new Set(hostPorts(schema, service.spec.parameters).map(({ port }) => port))] : [];
  }

  /** The service stands there from now on, and a job of it has a slot on `slotOn`. */
  assign(service: Service, slotOn: string): void {
    const before = this.services.get(keyOf(service));
    if (before) this.count(before, -1);
    this.services.set(keyOf(service), service);
    this.count(service, 1);
    add(this.slotsUsed, slotOn, 1);
  }

  private count(service: Service, by: 1 | -1): void {
    const { node, engine } = service.status ?? {};
    for (const place of [node && nodePlace(node), engine && enginePlace(engine)]) {
      if (!place) continue;
      add(this.counts, place, by);
      add(this.counts, alikeKey(place, service), by);
    }
    if (engine) for (const port of this.portsOf(service)) this.own(`${engine}/${port}`, service, by);
  }

  private own(key: string, service: Service, by: 1 | -1): void {
    const others = (this.portOwners.get(key) ?? []).filter((each) => each.metadata.uid !== service.metadata.uid);
    this.portOwners.set(key, by === 1 ? [...others, service] : others);
  }
}

export function nodePlace(name: string): string {
  return `node/${name}`;
}

export function enginePlace(engine: string): string {
  return `engine/${engine}`;
}

export function occupiesSlot(job: Job): boolean {
  return job.status?.node !== undefined && (job.status.phase === 'Assigned' || job.status.phase === 'Running');
}

function alikeKey(place: string, service: Service): string {
  return `${place}\0${service.metadata.namespace}\0${service.spec.template}`;
}

function add(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}
