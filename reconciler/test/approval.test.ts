import type { Job, PlanSummary, ServiceStatus } from '@spawnit/contract';
import t from 'tap';
import { answer, applied, job, jobError, now, observed, scheduledFalse, service } from './fixtures.js';

const manual = { approval: 'Manual' } as const;
const plan: PlanSummary = { add: 1, change: 0, destroy: 0, digest: 'abc', changes: [{ address: 'docker_container.this', action: 'create', fields: [] }] };
const planJob = (more: Partial<PlanSummary> = {}): Job => job({ name: 'app-plan-1-aaaaaa', type: 'Plan' }, { phase: 'Succeeded', epoch: 1, plan: { ...plan, ...more } });
const planned: ServiceStatus = { epoch: 1, activeJob: 'app-plan-1-aaaaaa' };
const approval = { job: 'app-plan-1-aaaaaa', generation: 1, planDigest: 'abc', approved: false };

t.test('with manual approval a plan comes first', async (t) => {
  const { job: made, shown } = answer(observed({ service: service({ spec: manual }) }));
  t.match(made?.spec, { type: 'Plan', trigger: 'Create' });
  t.equal(shown, 'Pending/Scheduling');
});

t.test('the plan asks for approval and nothing is applied', async (t) => {
  const { job: made, shown, status, ready, events } = answer(observed({ service: service({ spec: manual, status: planned }), jobs: [planJob()] }));
  t.equal(made, undefined);
  t.same(status.approval, approval);
  t.equal(shown, 'Pending/ApprovalPending');
  t.match(ready?.message, /app-plan-1-aaaaaa waits for approval/);
  t.same(events, ['ApprovalPending']);
});

t.test('the approved plan is applied, and just that one', async (t) => {
  const status = { epoch: 1, approval: { ...approval, approved: true, by: 'ada' } };
  const { job: made } = answer(observed({ service: service({ spec: manual, status }), jobs: [planJob()] }));
  t.match(made?.spec, { type: 'Apply', trigger: 'Approved', approvedPlan: 'abc' });
});

t.test('a plan without changes needs nobody', async (t) => {
  const { job: made } = answer(observed({ service: service({ spec: manual, status: planned }), jobs: [planJob({ add: 0, changes: [] })] }));
  t.match(made?.spec, { type: 'Apply', trigger: 'Approved', approvedPlan: 'abc' });
});

t.test('a newer generation voids an approval', async (t) => {
  const status = { epoch: 1, approval: { ...approval, approved: true } };
  const { job: made, status: next } = answer(observed({ service: service({ generation: 2, spec: manual, status }), jobs: [planJob()] }));
  t.match(made?.spec, { type: 'Plan', generation: 2 });
  t.equal(next.approval, undefined);
});

t.test('a plan of an older generation asks for nothing', async (t) => {
  const { job: made, status } = answer(observed({ service: service({ generation: 2, spec: manual, status: planned }), jobs: [planJob()] }));
  t.match(made?.spec, { type: 'Plan', generation: 2 });
  t.equal(status.approval, undefined);
});

t.test('an approval that was taken back is asked for anew with a fresh plan', async (t) => {
  const { job: made } = answer(observed({ service: service({ spec: manual, status: { epoch: 1 } }), jobs: [planJob()] }));
  t.equal(made?.spec.type, 'Plan');
});

t.test('when the plan has changed since it was approved, another is made', async (t) => {
  const changed = job({ trigger: 'Approved', approvedPlan: 'abc' }, { phase: 'Failed', epoch: 2, error: jobError({ cause: 'PlanChanged', retryable: false }) });
  const status = { epoch: 2, activeJob: changed.metadata.name, approval: { ...approval, approved: true } };
  const first = answer(observed({ service: service({ spec: manual, status }), jobs: [changed] }));
  t.equal(first.status.approval, undefined);
  t.equal(first.stalled?.status, 'False');
  const later = answer(observed({ service: service({ spec: manual, status: { ...first.status } }), jobs: [changed] }));
  t.equal(later.job?.spec.type, 'Plan');
});

t.test('an apply uses its approval up', async (t) => {
  const done = job({ trigger: 'Approved' }, { phase: 'Succeeded', epoch: 2 });
  const status = { epoch: 2, activeJob: done.metadata.name, approval: { ...approval, approved: true } };
  const { status: next, shown } = answer(observed({ service: service({ spec: manual, status }), jobs: [done] }));
  t.equal(next.approval, undefined);
  t.equal(shown, 'Ready/Ready');
});

t.test('what was approved once is moved and reverted without being asked for again', async (t) => {
  const moving = service({ spec: manual, status: applied(1, 1, { epoch: 2, conditions: [scheduledFalse('NodeLost')] }) });
  t.match(answer(observed({ service: moving })).job?.spec, { type: 'Apply', trigger: 'Move' });
  const drift = { verdict: 'Drifted' as const, fields: [], since: now, epoch: 1, generation: 1 };
  const reverting = service({ spec: { ...manual, drift: { policy: 'Revert', ignoreFields: [], intervalSeconds: 10 } }, status: applied(1, 1, { drift }) });
  t.match(answer(observed({ service: reverting })).job?.spec, { type: 'Apply', trigger: 'Revert' });
});

t.test('a plan that was asked for is made once and leaves the service as it is', async (t) => {
  const asked = service({ status: applied(), annotations: { 'spawnit.dev/plan': 'x1' } });
  const { job: made, shown } = answer(observed({ service: asked }));
  t.match(made, { metadata: { name: 'app-plan-x1' }, spec: { type: 'Plan', trigger: 'Requested' } });
  t.equal(shown, 'Ready/Ready');
  const requested = (phase: 'Running' | 'Succeeded') => job({ name: 'app-plan-x1', type: 'Plan', trigger: 'Requested' }, { phase, epoch: 2, plan });
  const running = service({ status: applied(1, 1, { epoch: 2, activeJob: 'app-plan-x1' }), annotations: { 'spawnit.dev/plan': 'x1' } });
  t.equal(answer(observed({ service: running, jobs: [requested('Running')] })).shown, 'Ready/Ready');
  const { events, job: second, status } = answer(observed({ service: running, jobs: [requested('Succeeded')] }));
  t.same(events, ['Planned', 'Ready']);
  t.equal(second, undefined);
  t.equal(status.approval, undefined, 'it asks for no approval');
});

t.test('a plan that was asked for is made while an approval is waited for, but not beside another job', async (t) => {
  const annotations = { 'spawnit.dev/plan': 'x1' };
  const waiting = answer(observed({ service: service({ spec: manual, status: { epoch: 1, approval }, annotations }), jobs: [planJob()] }));
  t.equal(waiting.job?.metadata.name, 'app-plan-x1');
  t.equal(waiting.shown, 'Pending/ApprovalPending');
  t.match(answer(observed({ service: service({ annotations }) })).job?.spec, { type: 'Apply' });
});

t.test('a request that cannot be part of a name is passed over', async (t) => {
  for (const nonce of ['UPPER', 'x'.repeat(21), '-a', '']) {
    t.equal(answer(observed({ service: service({ status: applied(), annotations: { 'spawnit.dev/plan': nonce } }) })).job, undefined, nonce);
  }
});
