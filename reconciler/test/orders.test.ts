import { restartAnnotation, retryAnnotation, revertAnnotation, type Revision, type ServiceSpec } from '@spawnit/contract';
import t from 'tap';
import { answer, applied, defaultSpec, digest, job, jobError, now, observed, otherDigest, scheduledFalse, service, template } from './fixtures.js';

const order = { [revertAnnotation]: 'app-apply-1-done/1' };

t.test('a revert that a person asked for is applied once, at once, and asks no approval', async (t) => {
  const status = applied(1, 1, { retries: { count: 3, generation: 1, nextAttemptTime: now } });
  const { job: made } = answer(observed({ service: service({ annotations: order, spec: { approval: 'Manual' }, status }), backoffLeftMs: 60_000 }));
  t.match(made, { spec: { type: 'Apply', trigger: 'Revert' }, metadata: { annotations: order } });
  t.equal(made?.spec.restart, undefined);
  const done = { ...made!, status: { phase: 'Succeeded' as const, epoch: 2 } };
  const after = answer(observed({ service: service({ annotations: order, status: { ...status, epoch: 2, activeJob: made!.metadata.name } }), jobs: [done] }));
  t.equal(after.job, undefined);
  t.equal(after.status.applied?.job, made!.metadata.name);
  t.equal(after.status.retries, undefined, 'it is no drift that came back by itself');
});

t.test('a restart makes anew what runs, also when it has to be tried again or comes with a change', async (t) => {
  const annotations = { [restartAnnotation]: 'app-apply-1-done/1' };
  t.match(answer(observed({ service: service({ annotations, status: applied() }) })).job?.spec, { trigger: 'Restart', restart: true });
  const orderedMeanwhile = { [restartAnnotation]: 'app-apply-1-before+app-apply-1-done/1' };
  t.match(answer(observed({ service: service({ annotations: orderedMeanwhile, status: applied() }) })).job?.spec, { trigger: 'Restart', restart: true }, 'ordered while the last apply was under way');
  t.match(answer(observed({ service: service({ annotations, generation: 2, status: applied() }) })).job?.spec, { trigger: 'Change', restart: true });
  const failed = job({ name: 'app-apply-1-x', trigger: 'Restart', restart: true }, { phase: 'Failed', epoch: 2 }, annotations);
  t.match(answer(observed({ service: service({ annotations, status: applied(1, 1, { epoch: 2 }) }), jobs: [failed] })).job?.spec, { trigger: 'Retry', restart: true });
  t.equal(answer(observed({ service: service({ annotations: { [restartAnnotation]: 'app-apply-1-before/1' }, status: applied() }) })).job, undefined, 'an order for what was applied before is answered');
});

t.test('an order that was cancelled stays so until it is given again', async (t) => {
  const cancelled = job({ name: 'app-apply-1-x', trigger: 'Revert', cancel: true }, { phase: 'Cancelled', epoch: 2 }, order);
  const status = applied(1, 1, { epoch: 2, activeJob: 'app-apply-1-x' });
  t.equal(answer(observed({ service: service({ annotations: order, status }), jobs: [cancelled] })).stalled?.status, 'True');
  const again = { [revertAnnotation]: 'app-apply-1-done/2' };
  t.ok(answer(observed({ service: service({ annotations: again, status }), jobs: [cancelled] })).job);
});

t.test('what was given up, cancelled or waits is tried again at once when a person asks for it, and once', async (t) => {
  const asked = { [retryAnnotation]: '1/1' };
  const failed = (annotations = {}) => job({ name: 'app-apply-1-x' }, { phase: 'Failed', epoch: 1, error: jobError({ retryable: false }) }, annotations);
  const cancelled = job({ name: 'app-apply-1-x', cancel: true }, { phase: 'Cancelled', epoch: 1 });
  const waits = { epoch: 1, phase: 'Failed' as const, retries: { count: 9, generation: 1, nextAttemptTime: now } };
  const made = (annotations: Record<string, string>, of: ReturnType<typeof job>) => answer(observed({ service: service({ annotations, status: waits }), jobs: [of], backoffLeftMs: 60_000 })).job;
  for (const of of [failed(), cancelled, job({ name: 'app-apply-1-x' }, { phase: 'Failed', epoch: 1, error: jobError() })]) {
    t.equal(made({}, of), undefined);
    t.match(made(asked, of), { spec: { trigger: 'Retry' }, metadata: { annotations: asked } });
  }
  t.equal(made(asked, failed(asked)), undefined, 'that attempt was made');
  t.ok(made({ [retryAnnotation]: '1/2' }, failed(asked)), 'and may be asked for again');
  t.equal(made({ [retryAnnotation]: '2/1' }, failed()), undefined, 'an attempt at another generation says nothing');
});

t.test('a suspended service is not applied for an order', async (t) => {
  t.equal(answer(observed({ service: service({ annotations: order, spec: { suspend: true }, status: applied() }) })).job, undefined);
});

const ignoring: ServiceSpec = { ...defaultSpec, drift: { policy: 'Flag', ignoreFields: ['memory'], intervalSeconds: 10 }, approval: 'Manual' };
const made = (serviceSpec: ServiceSpec): Revision => ({
  apiVersion: 'spawnit.dev/v1',
  kind: 'Revision',
  metadata: { name: 'app-1', namespace: 'team' },
  spec: { service: 'app', serviceUid: 'uid-app', generation: 1, templateVersion: '2', module: digest, moduleRoot: 'old/root', defaults: { size: 1 }, serviceSpec },
});

t.test('a change of nothing but how it is watched over runs nothing: it would undo the drift that is to be ignored', async (t) => {
  const drift = { verdict: 'Drifted' as const, fields: [{ resource: 'docker_container.this', field: 'memory', desired: '256', live: '512' }], since: now, epoch: 1, generation: 1 };
  const changed = service({ generation: 2, spec: ignoring, status: applied(1, 1, { observedGeneration: 1, drift }) });
  const { job: run, status, of, shown, events } = answer(observed({ service: changed, revisions: [made(defaultSpec)] }));
  t.equal(run, undefined);
  t.match(status.applied, { generation: 2, revision: 'app-2', job: 'app-apply-1-done' });
  t.match(of('createRevision')[0]?.revision.spec, { generation: 2, templateVersion: '2', moduleRoot: 'old/root', defaults: { size: 1 }, serviceSpec: ignoring });
  t.equal(shown, 'Ready/Ready', 'all that had drifted is ignored now');
  t.same(events, ['PolicyChanged', 'Ready']);
});

t.test('known drift outlives a change of policy, which acts on it at once', async (t) => {
  const field = { resource: 'docker_container.this', field: '(exists)', desired: 'present', live: 'missing' };
  const drift = { verdict: 'Drifted' as const, fields: [{ ...field, field: 'memory' }, field], since: now, epoch: 1, generation: 1 };
  const status = applied(1, 1, { observedGeneration: 1, phase: 'Drifted', drift });
  const edited = (more: Partial<ServiceSpec['drift']>) => answer(observed({ service: service({ generation: 2, spec: { drift: { ...ignoring.drift, ...more } }, status }), revisions: [made(defaultSpec)] }));
  const slower = edited({ intervalSeconds: 43_200 });
  t.match([slower.shown, slower.job], ['Drifted/Drifted', undefined]);
  t.match(slower.ready?.message, /: docker_container\.this is missing\.$/, 'without what is ignored now');
  t.match(edited({ policy: 'Revert' }).job?.spec, { type: 'Apply', trigger: 'Revert', generation: 2 });
  t.equal(edited({ policy: 'Ignore' }).shown, 'Ready/Ready');
});

t.test('with anything else in it, after a suspension, a failed run or with another module, it is applied', async (t) => {
  const atRest = { observedGeneration: 1 };
  const wish = { generation: 2, spec: ignoring, status: applied(1, 1, atRest) };
  const plan = (more: Parameters<typeof observed>[0]) => answer(observed({ revisions: [made(defaultSpec)], ...more })).job?.spec.type;
  t.equal(plan({ service: service({ ...wish, spec: { ...ignoring, environment: 'production' } }) }), 'Plan');
  t.equal(plan({ service: service({ ...wish, status: applied(1, 1, { observedGeneration: 2, phase: 'Suspended' }) }) }), 'Plan');
  t.equal(plan({ service: service({ ...wish, status: applied(1, 1, { ...atRest, epoch: 2 }) }), jobs: [job({ name: 'app-apply-1-x' }, { phase: 'Lost', epoch: 2 })] }), 'Plan');
  t.equal(plan({ service: service(wish), template: { ...template, spec: { ...template.spec, module: otherDigest } } }), 'Plan');
  t.equal(plan({ service: service(wish), revisions: [] }), 'Plan');
});

t.test('a rejected plan stops everything, until it is approved after all or the service changes', async (t) => {
  const approval = { job: 'app-plan-1-x', generation: 1, planDigest: 'd', approved: false, rejected: 'not now', by: 'ann' };
  const { job: run, shown, stalled, ready } = answer(observed({ service: service({ spec: { approval: 'Manual' }, status: { approval } }) }));
  t.equal(run, undefined);
  t.equal(shown, 'Pending/PlanRejected');
  t.match([stalled?.status, ready?.message], ['True', /rejected by ann: not now/]);
  t.match(answer(observed({ service: service({ spec: { approval: 'Manual' }, status: { approval: { ...approval, approved: true } } }) })).job?.spec, { type: 'Apply', trigger: 'Approved' });
  t.equal(answer(observed({ service: service({ generation: 2, spec: { approval: 'Manual' }, status: { approval } }) })).job?.spec.type, 'Plan');
});

t.test('a change of policy while its node is lost moves it, with one revision', async (t) => {
  const status = applied(1, 1, { observedGeneration: 1, conditions: [scheduledFalse('NodeLost')] });
  const { job: run, of } = answer(observed({ service: service({ generation: 2, spec: ignoring, status }), revisions: [made(defaultSpec)] }));
  t.match(run?.spec, { trigger: 'Move', generation: 2, revision: 'app-2' });
  t.equal(of('createRevision').length, 1);
});
