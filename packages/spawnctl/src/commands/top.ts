import { byAge, condition, isTerminal, type Job, type Node, type Service } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { columns } from '../output/columns.js';
import { since } from '../output/since.js';
import { note, print } from '../output/streams.js';
import type { Session } from '../session.js';

export interface TopFlags {
  allNamespaces?: boolean;
  headers: boolean;
}

/** How much is going on: on nodes, or with services. */
export async function top(session: Session, what: string, flags: TopFlags): Promise<void> {
  if (/^(nodes?|no)$/.test(what)) return topNodes(session, flags);
  if (/^(services?|svc)$/.test(what)) return topServices(session, flags);
  throw new CommandError(exits.usage, `top knows nodes and services (got ${what})`);
}

async function topNodes(session: Session, { headers }: TopFlags): Promise<void> {
  const [nodes, services, jobs] = await Promise.all([session.client.nodes.list(), session.client.services.list(), session.client.jobs.list()]);
  const open = jobs.items.filter(({ status }) => !isTerminal(status?.phase));
  const head = ['NAME', 'READY', 'SLOTS', 'QUEUE', 'SERVICES', 'CHECKS/S', 'CPUS', 'MEMORY', 'HEARTBEAT'];
  if (nodes.items.length === 0) note('No nodes found.');
  else print(columns([...(headers ? [head] : []), ...nodes.items.map((node) => nodeRow(node, services.items, open))]));
  const unplaced = open.filter(({ status }) => status?.node === undefined).length;
  if (unplaced > 0) note(`${unplaced} job${unplaced === 1 ? '' : 's'} on no node yet`);
}

function nodeRow({ metadata, spec, status = {} }: Node, services: Service[], open: Job[]): string[] {
  const { heartbeat, capacity } = status;
  const own = services.filter((service) => service.status?.node === metadata.name);
  const waiting = open.filter((job) => job.status?.node === metadata.name && job.status.phase === 'Assigned');
  return [
    metadata.name,
    condition({ status }, 'Ready')?.status ?? 'Unknown',
    `${heartbeat?.running.length ?? 0}/${spec.slots}`,
    String(waiting.length),
    String(own.length),
    own.reduce((sum, service) => sum + checksPerSecond(service), 0).toFixed(2),
    capacity ? String(capacity.cpus) : '<none>',
    capacity ? `${capacity.memoryMb} MB` : '<none>',
    heartbeat ? `${Math.round(heartbeat.ageSeconds)}s` : '<none>',
  ];
}

async function topServices(session: Session, { allNamespaces, headers }: TopFlags): Promise<void> {
  const namespace = allNamespaces ? undefined : session.namespace;
  const [services, jobs] = await Promise.all([session.client.services.list({ namespace }), session.client.jobs.list({ namespace })]);
  const head = [...(allNamespaces ? ['NAMESPACE'] : []), 'NAME', 'PHASE', 'NODE', 'CHECKS/S', 'DRIFT', 'JOBS', 'FAILED', 'LAST JOB', 'TOOK'];
  const rows = services.items.map((service) => [...(allNamespaces ? [service.metadata.namespace ?? ''] : []), ...serviceRow(service, jobs.items)]);
  if (rows.length === 0) note(`No services found${allNamespaces ? '' : ` in namespace "${session.namespace}"`}.`);
  else print(columns(headers ? [head, ...rows] : rows));
}

function serviceRow(service: Service, jobs: Job[]): string[] {
  const { metadata, status } = service;
  const own = jobs.filter((job) => job.spec.serviceUid === metadata.uid).sort(byAge);
  const last = own.at(-1);
  const { startTime, completionTime } = last?.status ?? {};
  const took = startTime && completionTime ? `${((Date.parse(completionTime) - Date.parse(startTime)) / 1000).toFixed(1)}s` : '<none>';
  return [
    metadata.name,
    status?.phase ?? 'Pending',
    status?.node ?? '<none>',
    checksPerSecond(service).toFixed(2),
    status?.drift?.verdict ?? '<none>',
    String(own.length),
    String(own.filter((job) => job.status?.phase === 'Failed').length),
    last ? `${last.spec.type} ${last.status?.phase ?? 'Pending'}${completionTime ? ` ${since(completionTime)} ago` : ''}` : '<none>',
    took,
  ];
}

/** That are due: one each interval, of what is applied and may be checked. */
function checksPerSecond({ spec, status }: Service): number {
  return status?.applied === undefined || spec.suspend || spec.drift.policy === 'Ignore' ? 0 : 1 / spec.drift.intervalSeconds;
}
