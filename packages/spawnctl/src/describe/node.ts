import type { Node } from '@spawnit/contract';
import type { Session } from '../session.js';
import { eventsOf } from './events.js';
import { block, conditionsOf, headOf, pairs, sections, table } from './sections.js';

export async function describeNode(session: Session, node: Node): Promise<string> {
  const { spec, status = {} } = node;
  const { heartbeat, capacity } = status;
  const work = spec.drain ? 'is being drained' : spec.unschedulable ? 'cordoned: is given nothing new' : 'is given work';
  const { Name, ...rest } = headOf(node);
  const services = await session.client.services.list({ fieldSelector: `status.node=${node.metadata.name}` });
  return sections([
    pairs({ Name, Work: work, Heartbeat: heartbeat && `${Math.round(heartbeat.ageSeconds)} s ago`, Slots: spec.slots, Abilities: status.abilities?.join(', '), Engine: status.engine, Host: status.host, Capacity: capacity && `${capacity.cpus} cpus, ${capacity.memoryMb} MB`, ...rest }),
    conditionsOf(node),
    table('Running jobs', (heartbeat?.running ?? []).map((job) => [job])),
    table('Services', services.items.map((s) => [`${s.metadata.namespace}/${s.metadata.name}`, s.status?.phase ?? 'Pending'])),
    await eventsOf(session, node),
    block('Taints', spec.taints),
    block('Versions', status.versions),
  ]);
}
