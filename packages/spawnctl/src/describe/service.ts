import { byAge, sensitiveMask, type Job, type Resource, type Service } from '@spawnit/contract';
import { progressOf } from '../output/progress.js';
import { since } from '../output/since.js';
import type { Session } from '../session.js';
import { eventsOf } from './events.js';
import { jobErrorOf } from './job.js';
import { ago, block, conditionsOf, headOf, indent, pairs, sections, table } from './sections.js';

/** What matters first: how it is and why, what drifted, what the last job said, what happened; then what was declared. */
export async function describeService(session: Session, service: Service): Promise<string> {
  const { spec, status = {} } = service;
  const { Name, Namespace, ...rest } = headOf(service);
  const applied = status.applied && `generation ${status.applied.generation} by job/${status.applied.job}, ${since(status.applied.time)} ago`;
  const declared = service.metadata.generation !== status.applied?.generation ? `generation ${service.metadata.generation}, not applied yet` : undefined;
  return sections([
    pairs({ Name, Namespace, Phase: status.phase ?? 'Pending', Why: status.phase === 'Ready' ? undefined : whyOf(service), URL: status.url, Template: spec.template, Node: status.node, Applied: applied, Declared: declared, ...rest }),
    conditionsOf(service),
    driftOf(service),
    approvalOf(service),
    retryOf(service),
    await lastJobOf(session, service),
    await eventsOf(session, service),
    outputsOf(service),
    block('Spec', spec),
  ]);
}

function whyOf(service: Resource): string | undefined {
  return progressOf(service)?.split(' · ')[1];
}

function driftOf({ status, spec }: Service): string {
  const drift = status?.drift;
  if (!drift) return '';
  const rows = drift.fields.map((f) => [f.resource, f.field, f.desired, f.live, f.ignored ? '(ignored)' : '']);
  const fields = table('', [['RESOURCE', 'FIELD', 'DESIRED', 'LIVE', ''], ...rows]).replace(/^:\n/, '');
  const head = `Drift: ${drift.verdict} since ${ago(drift.since)}, policy ${spec.drift.policy}`;
  return rows.length > 0 ? `${head}\n${fields}` : head;
}

function approvalOf({ metadata, status }: Service): string {
  const approval = status?.approval;
  if (!approval) return '';
  const state = approval.approved ? `approved${approval.by ? ` by ${approval.by}` : ''}` : `waits for \`spawnctl approve ${metadata.name}\``;
  return `Approval: plan ${approval.planDigest.slice(0, 12)} of job/${approval.job} ${state}`;
}

function retryOf({ status }: Service): string {
  const retries = status?.retries;
  return retries && retries.count > 0 ? `Retries: ${retries.count} failed at generation ${retries.generation}; the next attempt not before ${retries.nextAttemptTime}` : '';
}

async function lastJobOf({ client }: Session, { metadata }: Service): Promise<string> {
  const { items } = await client.jobs.list({ namespace: metadata.namespace, fieldSelector: `spec.service=${metadata.name}` });
  const last = items.filter((job) => job.spec.serviceUid === metadata.uid).sort(byAge).at(-1);
  return last ? `Last job: ${summaryOf(last)}${jobErrorOf(last) && `\n${indent(jobErrorOf(last))}`}` : 'Last job: none yet';
}

function summaryOf({ metadata, spec, status }: Job): string {
  const when = status?.completionTime ?? status?.startTime ?? metadata.creationTimestamp;
  return `${metadata.name}, ${spec.type} (${spec.trigger}), ${status?.phase ?? 'Pending'}${status?.node ? ` on ${status.node}` : ''}${when ? `, ${since(when)} ago` : ''}`;
}

function outputsOf({ status }: Service): string {
  const all = Object.entries(status?.outputs ?? {}).map(([name, { value, sensitive }]) => [name, sensitive ? sensitiveMask : value]);
  return block('Outputs', Object.fromEntries(all));
}
