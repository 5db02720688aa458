import type { Condition, Event, Job, Resource, Service } from '@spawnit/contract';
import { stringify } from 'yaml';
import { CommandError, exits } from '../exit.js';
import { readRefs, type Ref, type Session } from '../session.js';

export async function describe(session: Session, words: string[]): Promise<void> {
  const refs = readRefs(words);
  const parts: string[] = [];
  for (const ref of refs) {
    const resources = session.client.of(ref.kind);
    const namespace = ref.kind.namespaced ? session.namespace : undefined;
    const found = ref.name ? [await resources.get(ref.name, namespace)] : (await resources.list({ namespace })).items;
    for (const item of found) parts.push(await describeOne(session, ref, item));
  }
  if (parts.length === 0) throw new CommandError(exits.notFound, 'nothing found');
  session.print(parts.join('\n\n'));
}

async function describeOne(session: Session, ref: Ref, item: Resource): Promise<string> {
  const { metadata } = item;
  const status = { ...(item.status as Record<string, unknown> | undefined) };
  const conditions = (status.conditions ?? []) as Condition[];
  delete status.conditions;
  const sections = [
    pairs({ Name: metadata.name, Namespace: metadata.namespace, Labels: flat(metadata.labels), Created: metadata.creationTimestamp, Deleting: metadata.deletionTimestamp, Generation: metadata.generation }),
    block('Spec', item.spec),
    conditions.length > 0 ? `Conditions:\n${conditions.map((c) => `  ${c.type.padEnd(12)} ${c.status.padEnd(8)} ${c.reason.padEnd(20)} ${c.message} (since ${c.lastTransitionTime})`).join('\n')}` : '',
    ref.kind.kind === 'Service' ? driftOf(item as Service) : '',
    block('Status', without(status, 'drift')),
    ref.kind.kind === 'Service' ? await lastJob(session, item) : '',
    await eventsOf(session, item),
  ];
  return sections.filter((s) => s !== '').join('\n');
}

function driftOf(service: Service): string {
  const drift = service.status?.drift;
  if (!drift) return '';
  const lines = drift.fields.map((f) => `  ${f.resource} ${f.field}: desired ${f.desired}, live ${f.live}${f.ignored ? ' (ignored)' : ''}`);
  return [`Drift: ${drift.verdict} since ${drift.since}`, ...lines].join('\n');
}

async function lastJob(session: Session, item: Resource): Promise<string> {
  const { items } = await session.client.jobs.list({ namespace: item.metadata.namespace, fieldSelector: `spec.service=${item.metadata.name}` });
  const last = items.sort(byAge).at(-1);
  if (!last) return '';
  const { error } = last.status ?? {};
  return [
    `Last job: ${last.metadata.name} ${last.spec.type} (${last.spec.trigger}) ${last.status?.phase ?? 'Pending'}`,
    ...(error ? [`  ${error.cause}: ${error.summary}`, `  hint: ${error.hint}`] : []),
  ].join('\n');
}

function byAge(a: Job, b: Job): number {
  return Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion);
}

async function eventsOf(session: Session, item: Resource): Promise<string> {
  const { items } = await session.client.events.list({ namespace: item.metadata.namespace, fieldSelector: `involvedObject.uid=${item.metadata.uid}` });
  if (items.length === 0) return 'Events: none';
  const line = (e: Event) => `  ${e.lastTimestamp}  ${e.type.padEnd(8)} ${e.reason.padEnd(20)} ${e.message}${e.count > 1 ? ` (${e.count} times)` : ''}`;
  return ['Events:', ...items.sort((a, b) => (a.lastTimestamp < b.lastTimestamp ? -1 : 1)).map(line)].join('\n');
}

function pairs(values: Record<string, unknown>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([key, value]) => `${`${key}:`.padEnd(14)}${String(value)}`)
    .join('\n');
}

function block(title: string, value: unknown): string {
  if (value === undefined || (typeof value === 'object' && Object.keys(value as object).length === 0)) return '';
  return `${title}:\n${stringify(value, { lineWidth: 0 }).trimEnd().replace(/^/gm, '  ')}`;
}

function flat(labels: Record<string, string> | undefined): string {
  return Object.entries(labels ?? {}).map(([k, v]) => `${k}=${v}`).join(',');
}

function without(record: Record<string, unknown>, key: string): Record<string, unknown> {
  const { [key]: _, ...rest } = record;
  return rest;
}
