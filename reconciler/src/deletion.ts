import { serviceFinalizer, type Job, type Revision, type Service } from '@spawnit/contract';
import { activeJob, announce, cancelPending, conclude, type Draft, type Verdict } from './draft.js';
import { failureText } from './failure-text.js';
import { addDestroy } from './make-job.js';
import { lastAttempt } from './need.js';
import type { Observed } from './observed.js';
import { remainingText } from './settle.js';

/** What a service that is to go needs next. Its record goes only when nothing real can be left (promise I8). */
export function decideDeletion(observed: Observed, draft: Draft): void {
  if (!observed.service.metadata.finalizers?.includes(serviceFinalizer)) return;
  if (destroyed(observed)) return drop(observed, draft, 'Destroyed', 'Everything that it had made is gone.');
  const waitsFor = dependantsInTheWay(observed);
  if (waitsFor) return deleting(observed, draft, waitsFor);
  const active = activeJob(observed, draft);
  if (active && !mayCancelAtOnce(active)) return deleting(observed, draft, endActive(draft, active));
  if (active) cancelPending(draft, active);
  if (neverStarted(observed)) return drop(observed, draft, 'Removed', 'Nothing had been made yet.');
  destroy(observed, draft);
}

/** The job that was under way has ended as a destroy that left nothing. */
function destroyed({ service, jobs }: Observed): boolean {
  const job = jobs.find((each) => each.metadata.name === service.status?.activeJob);
  return job?.spec.type === 'Destroy' && job.status?.phase === 'Succeeded' && job.status.remaining === 0;
}

/** No job was ever given to a node, since it came back if a restore brought it: the scheduler raises the epoch whenever it gives one. */
function neverStarted({ service, jobs }: Observed): boolean {
  const { applied, epoch = 0, restoredEpoch = 0 } = service.status ?? {};
  return !applied && epoch === restoredEpoch && jobs.every((job) => job.status?.epoch === undefined);
}

function drop(observed: Observed, draft: Draft, reason: string, message: string): void {
  draft.status.activeJob = undefined;
  draft.actions.push({ type: 'removeFinalizer' });
  announce(draft, 'Normal', reason, message);
  deleting(observed, draft, waitFor(reason, message));
}

/** What stands on it goes first; in a circle somebody has to begin, so there nobody waits. */
function dependantsInTheWay({ dependants, cycle }: Observed): Verdict | undefined {
  const waiting = dependants.filter((each) => !cycle?.includes(each.metadata.name));
  if (waiting.length === 0) return undefined;
  const staying = waiting.filter((each) => each.metadata.deletionTimestamp == null);
  if (staying.length > 0) return waitFor('DependantsExist', `${names(staying)} depends on it: delete that too, or take the dependency out of it.`);
  return waitFor('DependantsFirst', `${names(waiting)} depends on it and is being deleted first.`);
}

/** Thousands may stand on one, and what a condition says has a bound. */
const mostNamed = 20;

function names(services: Service[]): string {
  const all = services.map((each) => `"${each.metadata.name}"`).sort();
  const more = all.length - mostNamed;
  return all.slice(0, mostNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function mayCancelAtOnce({ spec, status }: Job): boolean {
  return spec.type !== 'Destroy' && (status?.phase ?? 'Pending') === 'Pending';
}

function endActive(draft: Draft, job: Job): Verdict {
  if (job.spec.type === 'Destroy') return waitFor('Destroying', 'What it made is being removed.');
  if (!job.spec.cancel) draft.actions.push({ type: 'requestCancel', job, reason: 'The service is being deleted.' });
  return waitFor('Cancelling', `${job.spec.type} ${job.metadata.name} is being stopped first.`);
}

function destroy(observed: Observed, draft: Draft): void {
  if (draft.backoffLeftMs > 0) {
    draft.actions.push({ type: 'requeue', afterMs: draft.backoffLeftMs });
    return deleting(observed, draft, lastFailure(observed, draft));
  }
  const made = whatWasMade(observed, draft);
  if (!made) return deleting(observed, draft, waitFor('NothingKnown', 'A job has run, but no record is left that says with which module; nothing is dropped.'));
  addDestroy(observed, draft, made);
  deleting(observed, draft, waitFor('Destroying', 'What it made is being removed.'));
}

/** Module and revision of the last run that a node had and that could change something: it knows most of what may be real. */
function whatWasMade({ jobs, revisions }: Observed, { status }: Draft): { module: string; revision: string } | undefined {
  const last = lastAttempt(jobs, ['Apply', 'Destroy']);
  if (last && last.status!.epoch! > (status.applied?.epoch ?? 0)) return last.spec;
  if (status.applied) return status.applied;
  const newest = revisions.reduce<Revision | undefined>((a, b) => (a && a.spec.generation >= b.spec.generation ? a : b), undefined);
  return newest && { module: newest.spec.module, revision: newest.metadata.name };
}

function lastFailure({ jobs }: Observed, { status }: Draft): Verdict {
  const last = lastAttempt(jobs, ['Destroy']);
  if (!last || last.status?.phase === 'Lost') return waitFor('Destroying', 'The node that worked on it was lost; another goes on.');
  const { error, phase } = last.status!;
  const why = error ? failureText(error) : phase === 'Cancelled' ? 'The destroy was cancelled.' : remainingText(last);
  return waitFor('DestroyFailed', `${why} It is tried again at ${status.retries?.nextAttemptTime}; until then everything is kept.`);
}

function waitFor(reason: string, message: string): Verdict {
  return { status: 'False', reason, message };
}

function deleting(observed: Observed, draft: Draft, verdict: Verdict): void {
  const busy = verdict.reason === 'Destroying' || verdict.reason === 'Cancelling';
  conclude(observed, draft, { phase: 'Deleting', ready: verdict, progressing: { ...verdict, status: busy ? 'True' : 'False' }, stalled: hopeless(observed, verdict) });
}

/** A destroy that trying again can't help: it is tried again all the same, but people should look. */
function hopeless({ jobs }: Observed, { reason, message }: Verdict): { reason: string; message: string } | undefined {
  const error = reason === 'DestroyFailed' ? lastAttempt(jobs, ['Destroy'])?.status?.error : undefined;
  return error?.retryable === false ? { reason: error.cause, message } : undefined;
}
