import { fail } from '../errors/causes.js';
import { labels, type Engine } from './engine.js';

interface Owner {
  cluster: string;
  namespace: string;
  service: string;
}

/**
 * Throws a NameInUse failure when another control plane has made something here for a service of the same name. The engine
 * gives a volume that is there to whoever asks for one of its name: its data would be used, and in the end removed, by two.
 */
export async function refuseNamesakes(engine: Engine, { cluster, namespace, service }: Owner): Promise<void> {
  const found = await engine.objects({ namespace, service });
  const other = found.find((object) => object.labels[labels.cluster] !== cluster);
  if (other === undefined) return;
  fail('NameInUse', `${other.kind} ${other.name} is there already: another SpawnIt (cluster ${other.labels[labels.cluster]}) made it for its own service ${namespace}/${service}`);
}
