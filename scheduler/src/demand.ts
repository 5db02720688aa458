import type { Job, Node, Service, Template } from '@spawnit/contract';
import type { Cluster } from './cluster.js';
import { evicts, isReady, matchesSelector } from './node-facts.js';

export interface PlacementRequest {
  job: Pick<Job['spec'], 'type'>;
  service: Service;
  /** Undefined when the catalogue no longer has it: then only a destroy can be placed. */
  template: Template | undefined;
}

/** What a job asks of a node, once its service's history is taken into account. */
export interface Demand {
  service: Service;
  /** True when the real thing stands on an engine; false when any able node reaches it. */
  bound: boolean;
  /** What is torn down is torn down where it stands: cordon, drain, taints, selector and ports don't count. */
  destroys: boolean;
  abilities: string[];
  ports: number[];
  /** The engine that what was applied stands on. */
  home?: string;
  /** It may go nowhere but home. */
  pinned: boolean;
  /** Engines that services it depends on stand on. */
  beside: { service: string; engine: string }[];
}

export function demandOf({ job, service, template }: PlacementRequest, cluster: Cluster): Demand {
  const { engine, applied } = service.status ?? {};
  const bound = template ? template.spec.binding === 'Engine' : engine !== undefined;
  const destroys = job.type === 'Destroy';
  const home = bound && (destroys || applied) ? engine : undefined;
  const beside = bound && !destroys ? dependencies(service, cluster) : [];
  const demand = {
    service,
    bound,
    destroys: destroys && home !== undefined,
    abilities: template?.spec.abilities ?? [],
    ports: bound && !destroys ? cluster.portsOf(service) : [],
    home,
    beside,
  };
  return { ...demand, pinned: isPinned(demand, cluster) };
}

/** Whether the node shares the containers of the service's engine. A node that can't reach its engine just now still counts as its own. */
export function isHome({ home, service }: Pick<Demand, 'home' | 'service'>, node: Node): boolean {
  if (home === undefined) return false;
  const { engine } = node.status ?? {};
  return engine === undefined ? node.metadata.name === service.status?.node : engine === home;
}

/** Home is left only when no node there may keep it, or when what it depends on stands elsewhere. */
function isPinned({ home, destroys, beside, service }: Omit<Demand, 'pinned'>, cluster: Cluster): boolean {
  if (home === undefined) return false;
  if (destroys) return true;
  if (beside.some(({ engine }) => engine !== home)) return false;
  return cluster.nodes.some((node) => isHome({ home, service }, node) && isReady(node) && !evicts(node, service) && matchesSelector(node, service));
}

function dependencies(service: Service, cluster: Cluster): Demand['beside'] {
  const names = new Set([...service.spec.dependsOn, ...service.spec.parametersFrom.map((from) => from.service)]);
  return [...names].sort().flatMap((name) => {
    const other = cluster.service(service.metadata.namespace, name);
    const engine = other && cluster.template(other.spec.template)?.spec.binding !== 'Remote' ? other.status?.engine : undefined;
    return engine === undefined ? [] : [{ service: name, engine }];
  });
}
