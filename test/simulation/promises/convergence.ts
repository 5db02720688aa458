import type { Records } from '@spawnit/apiserver/dist/src/store/log/view.js';
import { isTerminal, openOrder, restartAnnotation, type Job, type Service } from '@spawnit/contract';
import type { Container, SimulatedEngine } from '../stand-ins/simulated-engine.js';

/** What is not yet as declared: every service Ready with exactly one container, or gone without one (I8, I13). */
export function whatIsOpen(records: Records, engines: SimulatedEngine[]): string | undefined {
  const services = [...records.list('services/')].map(({ value }) => value as unknown as Service);
  const jobs = [...records.list('jobs/')].map(({ value }) => value as unknown as Job);
  const standing = engines.flatMap((engine) => [...engine.containers.values()].map((container) => ({ engine, container })));
  const known = new Set(services.map(({ metadata }) => metadata.uid));
  const stray = standing.find(({ container }) => !known.has(container.labels['spawnit.dev/uid']));
  if (stray) return `container ${stray.container.name} on ${stray.engine.id} belongs to no service`;
  const busy = jobs.find(({ status }) => !isTerminal(status?.phase));
  if (busy) return `job ${busy.metadata.name} is ${busy.status?.phase ?? 'Pending'} on ${busy.status?.node ?? 'no node'}${busy.status?.message ? ` (${busy.status.message})` : ''}`;
  for (const service of services) {
    const flaw = flawOf(service, textOf(service, services), standing.filter(({ container }) => container.labels['spawnit.dev/uid'] === service.metadata.uid));
    if (flaw !== undefined) return `service ${service.metadata.name} ${flaw}`;
  }
  return undefined;
}

function flawOf(service: Service, text: unknown, standing: { engine: SimulatedEngine; container: Container }[]): string | undefined {
  const { metadata, status } = service;
  if (metadata.deletionTimestamp) return `is still being deleted: ${status?.phase} ${ready(status)}`;
  if (status?.phase !== 'Ready' || status.applied?.generation !== metadata.generation) return `is ${status?.phase ?? 'Pending'} ${ready(status)}`;
  if (openOrder(service, restartAnnotation) !== undefined) return `is to be restarted still: ${ready(status)}`;
  if (standing.length !== 1) return `has ${standing.length} containers (on ${standing.map(({ engine }) => engine.id).join(', ')})`;
  const [{ engine, container }] = standing as [(typeof standing)[number]];
  if (engine.id !== status.engine) return `is said to stand on ${status.engine}, and stands on ${engine.id}`;
  if (!container.started || container.text !== text) return `has container with text ${container.text}${container.started ? '' : ', not started'}, and wants ${String(text)}`;
  return undefined;
}

/** Its own, or what it takes from another. */
function textOf({ spec }: Service, services: Service[]): unknown {
  const from = spec.parametersFrom.find(({ parameter }) => parameter === 'text');
  const other = from && services.find(({ metadata }) => metadata.name === from.service);
  return other ? textOf(other, services) : spec.parameters['text'];
}

function ready(status: Service['status']): string {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
}
