import { isTerminal, type Job, type Service } from '@spawnit/contract';
import type { Declared } from '../people/declared.js';
import type { Standing } from './engine.js';
import type { LogKeeper } from './log-keeper.js';

/** What is not yet as people declared it: every service Ready with exactly what it should have, or gone without a trace (I8, I13). */
export function whatIsOpen(log: LogKeeper, standing: Standing[], declared: ReadonlyMap<string, Declared>, namespace: string): string[] {
  const services = log.list<Service>('services/');
  const byName = new Map(services.map((service) => [service.metadata.name, service]));
  const uids = new Set(services.map(({ metadata }) => metadata.uid));
  const stray = standing.filter(({ labels }) => labels['spawnit.dev/uid'] !== undefined && !uids.has(labels['spawnit.dev/uid']));
  const busy = log.list<Job>('jobs/').filter(({ status }) => !isTerminal(status?.phase));
  const missing = [...declared].filter(([name, { gone }]) => !gone && !byName.has(name));
  return [
    ...stray.map(({ kind, name }) => `${kind} ${name} belongs to no service`),
    ...missing.map(([name]) => `service ${name} is not there`),
    ...busy.map(({ metadata, status }) => `job ${metadata.name} is ${status?.phase ?? 'Pending'} on ${status?.node ?? 'no node'} ${status?.message ?? ''}`),
    ...services.flatMap((service) => flawOf(service, standing, declared.get(service.metadata.name)) ?? []).map((flaw) => `service ${flaw}`),
    ...twins(standing, namespace),
  ];
}

function flawOf({ metadata, status }: Service, all: Standing[], declared: Declared | undefined): string | undefined {
  const { name, uid } = metadata;
  if (declared === undefined || declared.gone) return `${name} is still there: ${told(status)}`;
  if (metadata.deletionTimestamp) return `${name} is being deleted, and was declared again`;
  if (status?.phase !== 'Ready' || status.applied?.generation !== metadata.generation) return `${name} is ${told(status)}`;
  const mine = all.filter(({ kind, labels }) => kind === declared.kind && labels['spawnit.dev/uid'] === uid);
  if (mine.length !== 1) return `${name} has ${mine.length} ${declared.kind}s`;
  const [it] = mine as [Standing];
  if (declared.kind !== 'container') return undefined;
  if (!it.running) return `${name} has a container that does not run`;
  return it.labels['text'] === declared.text ? undefined : `${name} stands with ${it.labels['text']} and was declared with ${declared.text}`;
}

function told(status: Service['status']): string {
  return `${status?.phase ?? 'Pending'}: ${status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? 'no word'}`;
}

/** Two agents may both make the namespace's network; one of them has to go. */
function twins(standing: Standing[], namespace: string): string[] {
  const count = standing.filter(({ kind, labels }) => kind === 'network' && labels['spawnit.dev/namespace'] === namespace && labels['spawnit.dev/uid'] === undefined).length;
  return count > 1 ? [`namespace ${namespace} has ${count} networks`] : [];
}
