import { planAnnotation, type Job } from '@spawnit/contract';
import { missingOutput, unreadyDependency } from './dependencies.js';
import { activeJob, cancelPending, conclude, type Draft, type Summary } from './draft.js';
import { addJob, wantedModule } from './make-job.js';
import { requestedPlanName } from './names.js';
import { cancelledStall, lastingStall, needOf, stallOf, type Need } from './need.js';
import type { Observed } from './observed.js';
import { adoptPolicy } from './policy.js';
import { failing, idle, planningOnRequest, rejected, stuck, suspended, waiting, working } from './summaries.js';

/** What a service that is to be real needs next. */
export function decideLive(observed: Observed, draft: Draft): void {
  const active = stillActive(observed, draft);
  if (active && active.spec.trigger !== 'Requested') return conclude(observed, draft, working(observed, draft, active));
  adoptPolicy(observed, draft);
  const need = needOf(observed, draft.status);
  if (!need) draft.status.approval = undefined;
  const rest = need ? obstacleTo(observed, draft, need) : atRest(observed, draft);
  if (rest) {
    conclude(observed, draft, rest);
    return answerPlanRequest(observed, draft);
  }
  conclude(observed, draft, active ? planningOnRequest(active) : working(observed, draft, startJob(observed, draft, need!)));
}

/** Whether a taken value has changed can't be told while its service is not Ready: what stalled for it may be due again. */
function atRest(observed: Observed, draft: Draft): Summary {
  return { ...idle(observed, draft), stalled: unreadyParts(observed) && lastingStall(observed, draft) };
}

/** No jobs; one that runs may end in peace. */
export function decideSuspended(observed: Observed, draft: Draft): void {
  const active = activeJob(observed, draft);
  if (active && isPending(active)) cancelPending(draft, active);
  conclude(observed, draft, suspended(draft));
}

/** The job under way. One that no node has yet ends when the spec has changed or a person asks for it. */
function stillActive(observed: Observed, draft: Draft): Job | undefined {
  const active = activeJob(observed, draft);
  if (!active || !isPending(active)) return active;
  const outdated = active.spec.generation !== observed.service.metadata.generation;
  if (!outdated && !active.spec.cancel) return active;
  cancelPending(draft, active);
  if (!outdated && active.spec.trigger !== 'Requested') draft.stall = cancelledStall(active.spec.type);
  return undefined;
}

function isPending({ status }: Job): boolean {
  return (status?.phase ?? 'Pending') === 'Pending';
}

/** What the need has to wait for, as it is told to people; undefined when a job may start. */
function obstacleTo(observed: Observed, draft: Draft, need: Need): Summary | undefined {
  const missing = missingParts(observed, draft);
  if (missing) return { ...waiting(missing.reason, missing.message), stalled: lastingStall(observed, draft) };
  const stall = stallOf(observed, draft, wantedModule(observed, draft.status)!);
  if (stall) return stuck(stall);
  const unready = unreadyParts(observed);
  if (unready) return { ...waiting(unready.reason, unready.message), stalled: lastingStall(observed, draft) };
  if (draft.backoffLeftMs > 0 && !need.asked) {
    draft.actions.push({ type: 'requeue', afterMs: draft.backoffLeftMs });
    return need.trigger === 'Revert' ? idle(observed, draft) : failing(observed, draft);
  }
  const { approval } = draft.status;
  if (!need.asksApproval || !approval || approval.approved) return undefined;
  if (approval.rejected !== undefined) return rejected(approval);
  return waiting('ApprovalPending', `Plan ${approval.job} waits for approval: look at it, then approve it, or change the service.`);
}

/** With approval asked for, a plan comes first, and then the apply of just that plan. */
function startJob(observed: Observed, draft: Draft, { trigger, asksApproval }: Need): Job {
  if (!asksApproval) return addJob(observed, draft, { type: 'Apply', trigger });
  const { approval } = draft.status;
  if (!approval) return addJob(observed, draft, { type: 'Plan', trigger });
  return addJob(observed, draft, { type: 'Apply', trigger: 'Approved', approvedPlan: approval.planDigest });
}

interface Obstacle {
  reason: string;
  message: string;
}

function missingParts({ service, template, module }: Observed, draft: Draft): Obstacle | undefined {
  const name = service.spec.template;
  if (!template) return { reason: 'TemplateNotFound', message: `There is no template "${name}": create it, or name another.` };
  if (!module && draft.status.applied?.generation !== service.metadata.generation) return { reason: 'ModuleNotFound', message: `Template "${name}" names module ${template.spec.module}, which is not there: upload it, or mend the template.` };
  return undefined;
}

function unreadyParts(observed: Observed): Obstacle | undefined {
  if (observed.cycle) return { reason: 'DependencyCycle', message: `It waits for itself: ${observed.cycle.join(' → ')}. Take one of these dependencies out.` };
  const unready = unreadyDependency(observed);
  if (unready) return { reason: 'DependencyNotReady', message: `Waits for service "${unready.name}", which ${unready.why}.` };
  const missing = missingOutput(observed);
  return missing && { reason: 'OutputNotFound', message: `Service "${missing.name}" has no output "${missing.output}": see what its template gives.` };
}

/** A plan that people asked for, made once, when nothing else is under way and it could run. */
function answerPlanRequest(observed: Observed, draft: Draft): void {
  const { metadata } = observed.service;
  const name = requestedPlanName(metadata.name, metadata.annotations?.[planAnnotation]);
  if (!name || draft.status.activeJob !== undefined || observed.jobs.some((job) => job.metadata.name === name)) return;
  if (missingParts(observed, draft) || unreadyParts(observed)) return;
  addJob(observed, draft, { type: 'Plan', trigger: 'Requested', name });
}
