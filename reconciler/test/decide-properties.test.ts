import { isTerminal, jobPhases, mustMove, type Job, type Service } from '@spawnit/contract';
import fc from 'fast-check';
import t from 'tap';
import { decide } from '../src/decide.js';
import type { Action, Observed } from '../src/observed.js';
import { applied, digest, jobError, job as makeJob, now, observed, otherDigest, readyService, scheduledFalse, service, template } from './fixtures.js';
import { after, writes } from './world.js';

t.setTimeout(600_000);

const numRuns = 10_000;
const generation = fc.integer({ min: 1, max: 3 });
const triggers = ['Create', 'Change', 'Retry', 'Revert', 'Move', 'Approved', 'Requested', 'Delete'] as const;

const aJob = fc
  .record({
    type: fc.constantFrom('Plan' as const, 'Apply' as const, 'Destroy' as const),
    generation,
    trigger: fc.constantFrom(...triggers),
    phase: fc.constantFrom(...jobPhases),
    epoch: fc.integer({ min: 1, max: 9 }),
    module: fc.constantFrom(digest, otherDigest),
    cancel: fc.boolean(),
    retryable: fc.boolean(),
    remaining: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
    changes: fc.integer({ min: 0, max: 1 }),
  })
  .map((wish) => (index: number, only: boolean): Job => {
    const phase = only || isTerminal(wish.phase) ? wish.phase : 'Failed';
    return makeJob(
      { name: `job-${index}`, type: wish.type, generation: wish.generation, trigger: wish.trigger, module: wish.module, cancel: wish.cancel },
      {
        phase,
        ...(phase !== 'Pending' && { epoch: wish.epoch, node: 'n1' }),
        ...(phase === 'Failed' && { error: jobError({ retryable: wish.retryable }) }),
        ...(wish.remaining !== undefined && { remaining: wish.remaining }),
        plan: { add: wish.changes, change: 0, destroy: 0, digest: 'd', changes: [] },
      },
    );
  });

/** Any records, likely ones and such as should never be; at most one job is under way. */
const anything: fc.Arbitrary<Observed> = fc
  .record({
    jobs: fc.array(aJob, { maxLength: 14 }),
    generation,
    deleted: fc.boolean(),
    suspend: fc.boolean(),
    approval: fc.constantFrom('Auto' as const, 'Manual' as const),
    policy: fc.constantFrom('Flag' as const, 'Revert' as const, 'Ignore' as const),
    wasApplied: fc.option(fc.record({ generation, epoch: fc.integer({ min: 1, max: 9 }) }), { nil: undefined }),
    epoch: fc.integer({ min: 0, max: 9 }),
    names: fc.boolean(),
    drift: fc.option(fc.record({ verdict: fc.constantFrom('Drifted' as const, 'Compliant' as const), epoch: fc.integer({ min: 1, max: 9 }), generation }), { nil: undefined }),
    scheduled: fc.constantFrom(undefined, 'NodeLost', 'NoNodeFits'),
    retries: fc.option(fc.record({ count: fc.nat(5), generation }), { nil: undefined }),
    approvalGiven: fc.option(fc.record({ generation, approved: fc.boolean() }), { nil: undefined }),
    depends: fc.constantFrom('none' as const, 'ready' as const, 'missing' as const),
    dependants: fc.boolean(),
    hasTemplate: fc.boolean(),
    plan: fc.option(fc.constantFrom('one', 'Bad Name'), { nil: undefined }),
    backoffLeftMs: fc.constantFrom(0, 0, 700),
  })
  .map((wish) => {
    const jobs = wish.jobs.map((make, index) => make(index, index === 0));
    const status: NonNullable<Service['status']> = {
      ...(wish.wasApplied && applied(wish.wasApplied.generation, wish.wasApplied.epoch)),
      epoch: wish.epoch,
      activeJob: wish.names ? jobs[0]?.metadata.name : undefined,
      ...(wish.drift && { drift: { ...wish.drift, fields: [], since: now } }),
      ...(wish.scheduled && { conditions: [scheduledFalse(wish.scheduled)] }),
      ...(wish.retries && { retries: { ...wish.retries, nextAttemptTime: now } }),
      ...(wish.approvalGiven && { approval: { job: 'p', planDigest: 'd', ...wish.approvalGiven } }),
    };
    const spec = { suspend: wish.suspend, approval: wish.approval, drift: { policy: wish.policy, ignoreFields: [], intervalSeconds: 10 }, dependsOn: wish.depends === 'none' ? [] : ['db'] };
    return observed({
      service: service({ generation: wish.generation, deleted: wish.deleted, spec, status, annotations: wish.plan ? { 'spawnit.dev/plan': wish.plan } : undefined }),
      template: wish.hasTemplate ? template : undefined,
      jobs,
      dependencies: new Map(wish.depends === 'none' ? [] : [['db', wish.depends === 'ready' ? readyService({ name: 'db' }) : undefined]]),
      dependants: wish.dependants ? [service({ name: 'web' })] : [],
      backoffLeftMs: wish.backoffLeftMs,
    });
  });

function holds(name: string, property: (input: Observed, actions: Action[]) => boolean): void {
  t.test(name, async () => {
    fc.assert(
      fc.property(anything, (input) => property(input, decide(input))),
      { numRuns },
    );
  });
}

const has = (actions: Action[], type: Action['type']) => actions.some((action) => action.type === type);

holds('never are two jobs of a service under way', (input, actions) => {
  const next = after(input, actions);
  return next === undefined || next.jobs.filter((job) => !isTerminal(job.status?.phase)).length <= 1;
});

holds('a job that is made is named by the service in the same commit', (input, actions) => {
  const made = actions.flatMap((action) => (action.type === 'createJob' ? [action.job.metadata.name] : []));
  const next = after(input, actions);
  return made.length === 0 || (made.length === 1 && next?.service.status?.activeJob === made[0]);
});

holds('no job is made while it is suspended', ({ service: { spec, metadata } }, actions) => !spec.suspend || metadata.deletionTimestamp != null || !has(actions, 'createJob'));

holds('only destroys are made of what is to go, and only then', ({ service: { metadata } }, actions) =>
  actions.every((action) => action.type !== 'createJob' || (action.job.spec.type === 'Destroy') === (metadata.deletionTimestamp != null)),
);

holds('the finalizer goes only when a destroy has left nothing, or no node ever had a job', ({ service: { metadata, status }, jobs }, actions) => {
  if (!has(actions, 'removeFinalizer')) return true;
  const last = jobs.find((job) => job.metadata.name === status?.activeJob);
  const destroyed = last?.spec.type === 'Destroy' && last.status?.phase === 'Succeeded' && last.status.remaining === 0;
  const never = !status?.applied && !status?.epoch && jobs.every((job) => job.status?.epoch === undefined);
  return metadata.deletionTimestamp != null && (destroyed || never);
});

holds('what has drifted, must move or is not what was declared is never called Ready', (input, actions) => {
  const next = after(input, actions)?.service;
  if (next?.status?.phase !== 'Ready' || !has(actions, 'updateStatus')) return true;
  const { applied: real, drift } = next.status;
  const isDrift = drift?.verdict === 'Drifted' && drift.epoch >= (real?.epoch ?? 0) && next.spec.drift.policy !== 'Ignore';
  return real?.generation === next.metadata.generation && !isDrift && !mustMove(next);
});

holds('Ready is True in the phase Ready and in no other', (input, actions) => {
  const { status } = (after(input, actions) ?? input).service;
  const ready = status?.conditions?.find((each) => each.type === 'Ready');
  return !has(actions, 'updateStatus') || !ready || (ready.status === 'True') === (status?.phase === 'Ready');
});

holds('nothing new is applied without approval when approval is asked for', (input, actions) =>
  actions.every((action) => {
    const { spec, metadata } = input.service;
    if (action.type !== 'createJob' || action.job.spec.type !== 'Apply' || spec.approval !== 'Manual') return true;
    const known = after(input, actions)?.service.status?.applied?.generation === metadata.generation;
    return known || action.job.spec.approvedPlan !== undefined;
  }),
);

holds('nothing is applied while a dependency is not there', ({ dependencies }, actions) => {
  const missing = [...dependencies.values()].includes(undefined);
  return actions.every((action) => action.type !== 'createJob' || action.job.spec.type !== 'Apply' || !missing);
});

holds('only finished jobs are forgotten, and none that the service points to', (input, actions) => {
  const { status } = (after(input, actions) ?? input).service;
  return actions.every((action) => action.type !== 'deleteJob' || (isTerminal(action.job.status?.phase) && ![status?.activeJob, status?.applied?.job].includes(action.job.metadata.name)));
});

holds('asking again writes nothing more', (input, actions) => {
  const next = after(input, actions);
  return next === undefined || writes(decide(next)).length === 0;
});

holds('an unfinished service either has a job, waits for a time, or says what it waits for', (input, actions) => {
  const next = after(input, actions);
  if (!next || !next.service.metadata.finalizers?.length) return true;
  const { status } = next.service;
  if (status?.phase === 'Ready' || status?.phase === 'Drifted' || status?.phase === 'Suspended') return true;
  const ready = status?.conditions?.find((each) => each.type === 'Ready');
  return status?.activeJob !== undefined || has(actions, 'requeue') || ['TemplateNotFound', 'DependencyNotReady', 'ApprovalPending', 'DependantsExist', 'Cancelled', 'ImagePull', 'NothingKnown'].includes(ready?.reason ?? '');
});
