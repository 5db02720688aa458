import type { Job } from '@spawnit/contract';
import { formatPlan } from '../output/plan.js';
import type { Session } from '../session.js';
import { eventsOf } from './events.js';
import { ago, headOf, indent, pairs, sections, table } from './sections.js';

export async function describeJob(session: Session, job: Job): Promise<string> {
  const { spec, status } = job;
  const { Name, Namespace, ...rest } = headOf(job);
  const outcome = { Phase: status?.phase ?? 'Pending', Why: status?.message, Started: ago(status?.startTime), Ended: ago(status?.completionTime), Node: status?.node, Epoch: status?.epoch };
  const log = status?.log && `${status.log.bytes} bytes${status.log.gaps > 0 ? `, ${status.log.gaps} gaps` : ''}; \`spawnctl logs job/${Name as string}\` shows it`;
  return sections([
    pairs({ Name, Namespace, Service: spec.service, Type: `${spec.type} (${spec.trigger}) of generation ${spec.generation}`, ...outcome, Cancel: spec.cancel ? (spec.cancelReason ?? 'asked for') : undefined, Log: log, ...rest }),
    jobErrorOf(job),
    status?.plan ? `Plan:\n${indent(formatPlan(status.plan))}` : '',
    table('Stages', (status?.stages ?? []).map((stage) => [stage.name, stage.startTime, stage.endTime ? `${(Date.parse(stage.endTime) - Date.parse(stage.startTime)) / 1000} s` : 'under way'])),
    await eventsOf(session, job),
  ]);
}

/** What failed, and what to do about it; '' when nothing did. */
export function jobErrorOf({ status }: Job): string {
  const error = status?.error;
  if (!error) return '';
  return sections([`Error: ${error.cause}: ${error.summary}`, error.detail ? indent(error.detail) : '', `Hint: ${error.hint}`, error.retryable ? '' : 'It is not tried again until the service is changed.']);
}
