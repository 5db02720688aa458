import { isDeepStrictEqual } from 'node:util';
import { isTerminal, withCondition, type Condition, type Job, type ServicePhase, type ServiceStatus } from '@spawnit/contract';
import type { Action, Happening, Observed } from './observed.js';

/** The answer while it is being made: the status as it will be, and what goes with it. */
export interface Draft {
  status: ServiceStatus;
  actions: Action[];
  backoffLeftMs: number;
  /** Why no further attempt is made at this generation. */
  stall?: { reason: string; message: string };
}

/** A summary for people, and the conditions it stands for. */
export interface Summary {
  phase: ServicePhase;
  ready: Verdict;
  progressing: Verdict;
  stalled?: { reason: string; message: string };
}
export interface Verdict {
  status: Condition['status'];
  reason: string;
  message: string;
}

export function startDraft({ service, jobs, backoffLeftMs }: Observed): Draft {
  const status = { ...service.status };
  // Only a stale cache shows a job under way that the service does not name: it counts, so that no second one is made.
  status.activeJob ??= jobs.find((job) => !isTerminal(job.status?.phase))?.metadata.name;
  const { generation, deletionTimestamp } = service.metadata;
  // A change of the spec, deletion included, starts the count anew.
  const counts = status.retries?.generation === generation && (deletionTimestamp == null || status.phase === 'Deleting');
  if (!counts) status.retries = undefined;
  if (status.approval?.generation !== generation) status.approval = undefined;
  return { status, actions: [], backoffLeftMs: counts ? backoffLeftMs : 0, stall: recordedStall(service) };
}

function recordedStall({ metadata, status }: Observed['service']): Draft['stall'] {
  const stalled = status?.conditions?.find((each) => each.type === 'Stalled');
  return stalled?.status === 'True' && stalled.observedGeneration === metadata.generation ? { reason: stalled.reason, message: stalled.message } : undefined;
}

export function activeJob({ jobs }: Observed, { status }: Draft): Job | undefined {
  return jobs.find((job) => job.metadata.name === status.activeJob);
}

export function announce(draft: Draft, type: Happening['type'], reason: string, message: string): void {
  draft.actions.push({ type: 'event', event: { type, reason, message } });
}

/** Ends a job that no node has, and lets the service go on without it. */
export function cancelPending(draft: Draft, job: Job): void {
  draft.actions.push({ type: 'cancelPending', job });
  draft.status.activeJob = undefined;
}

/** Writes the summary into the status. A reason that is new and worth telling becomes an event too. */
export function conclude(observed: Observed, draft: Draft, summary: Summary): void {
  const { now, service } = observed;
  const before = service.status?.conditions?.find((each) => each.type === 'Ready')?.reason;
  if (summary.ready.reason !== before && told.has(summary.ready.reason)) announce(draft, told.get(summary.ready.reason)!, summary.ready.reason, summary.ready.message);
  const stalled: Verdict = summary.stalled ? { status: 'True', ...summary.stalled } : { status: 'False', reason: 'NotStalled', message: 'Nothing holds it up for good.' };
  const verdicts = { Ready: summary.ready, Progressing: summary.progressing, Stalled: stalled };
  const observedGeneration = service.metadata.generation;
  let conditions = draft.status.conditions;
  for (const [type, verdict] of Object.entries(verdicts)) conditions = withCondition(conditions, { type, ...verdict, observedGeneration }, now);
  Object.assign(draft.status, { observedGeneration, phase: summary.phase, conditions });
}

/** That it drifted the drift controller tells. */
const told = new Map<string, Happening['type']>([
  ['Ready', 'Normal'],
  ['DependencyNotReady', 'Normal'],
  ['DependencyCycle', 'Warning'],
  ['TemplateNotFound', 'Warning'],
  ['ModuleNotFound', 'Warning'],
  ['ApprovalPending', 'Normal'],
  ['PlanRejected', 'Warning'],
  ['DependantsExist', 'Warning'],
  ['Suspended', 'Normal'],
]);

/** The actions, with the status in front when it changed. */
export function finish({ service }: Observed, { status, actions }: Draft): Action[] {
  const next = JSON.parse(JSON.stringify(status)) as ServiceStatus;
  return isDeepStrictEqual(next, service.status ?? {}) ? actions : [{ type: 'updateStatus', status: next }, ...actions];
}
