import type { Job, Node, Service } from '@spawnit/contract';
import { conditionOf, isUntold, phaseOf, troubleOf } from '../../ui/conditions.js';
import type { Tone } from '../../ui/tone.js';

/** One thing that somebody should look at. */
export interface Concern {
  key: string;
  tone: Tone;
  word: string;
  about: { service: string; namespace: string } | { node: string };
  why: string;
  /** When it began, as far as it is known. */
  since?: string;
}

const order: readonly Tone[] = ['bad', 'warn', 'wait', 'good'];

/** The worst first: what failed and nodes that are lost, then what differs, then what waits for somebody or for room. */
export function concernsOf(services: readonly Service[], nodes: readonly Node[], jobs: readonly Job[]): Concern[] {
  const well = new Set(services.filter((service) => troubleOf(service) === undefined).map(({ metadata }) => metadata.uid));
  const all = [...nodes.flatMap(lostNode), ...services.flatMap(trouble), ...jobs.filter(({ spec }) => well.has(spec.serviceUid)).flatMap(waiting)];
  return all.sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone));
}

function lostNode(node: Node): Concern[] {
  const ready = conditionOf(node, 'Ready');
  if (!ready || ready.status === 'True') return [];
  return [{ key: node.metadata.uid!, tone: 'bad', word: 'Lost', about: { node: node.metadata.name }, why: ready.message || 'Its heartbeats have stopped.', since: ready.lastTransitionTime }];
}

function trouble(service: Service): Concern[] {
  const why = troubleOf(service);
  if (why === undefined) return [];
  const { name, namespace = '', uid = '' } = service.metadata;
  const approval = service.status?.approval && !service.status.approval.approved;
  const { word, tone } = approval ? { word: 'Approval', tone: 'wait' as const } : isUntold(service) ? { word: 'Unknown', tone: 'wait' as const } : phaseOf(service);
  const since = word === 'Drifted' || word === 'Unknown' ? service.status?.drift?.since : conditionOf(service, 'Ready')?.lastTransitionTime;
  return [{ key: uid, tone: approval ? 'wait' : tone === 'good' ? 'warn' : tone, word, about: { service: name, namespace }, why, since }];
}

/** A job that is nobody's yet says why. Only of services with no other trouble: that is told already. */
function waiting({ metadata, spec, status }: Job): Concern[] {
  if ((status?.phase ?? 'Pending') !== 'Pending' || !status?.message) return [];
  return [{ key: metadata.uid!, tone: 'wait', word: 'Waiting', about: { service: spec.service, namespace: metadata.namespace ?? '' }, why: status.message, since: metadata.creationTimestamp ?? undefined }];
}
