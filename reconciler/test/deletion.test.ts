import { Condition, type Job, type ServiceStatus } from '@spawnit/contract';
import t from 'tap';
import { answer, applied, digest, job, jobError, now, observed, otherDigest, service } from './fixtures.js';
import { after } from './world.js';

const gone = (status?: ServiceStatus, more = {}) => service({ deleted: true, status, ...more });
const destroyJob = (status: Job['status']): Job => job({ name: 'app-destroy-1-aaaaaa', type: 'Destroy', trigger: 'Delete' }, status);
const destroying = applied(1, 1, { epoch: 2, phase: 'Deleting', activeJob: 'app-destroy-1-aaaaaa' });

t.test('what never had a job on a node is dropped at once, with the job that waited', async (t) => {
  const { of, job: made } = answer(observed({ service: gone({ activeJob: 'app-apply-1-aaaaaa' }), jobs: [job({}, { phase: 'Pending' })] }));
  t.equal(of('cancelPending').length, 1);
  t.equal(of('removeFinalizer').length, 1);
  t.equal(made, undefined);
});

t.test('what was applied is destroyed, with the module and revision it was applied with', async (t) => {
  const { job: made, shown, of } = answer(observed({ service: gone(applied(1)), template: undefined }));
  t.match(made?.spec, { type: 'Destroy', trigger: 'Delete', module: digest, revision: 'app-1' });
  t.equal(shown, 'Deleting/Destroying');
  t.equal(of('removeFinalizer').length, 0);
});

t.test('a later apply that failed half-way knows more of what is real than the last good one', async (t) => {
  const failed = job({ name: 'half', generation: 2, revision: 'app-2', module: otherDigest }, { phase: 'Failed', epoch: 2, error: jobError() });
  const status = applied(1, 1, { epoch: 2, phase: 'Failed', retries: { count: 6, generation: 2, nextAttemptTime: now } });
  const { job: made } = answer(observed({ service: gone(status, { generation: 2 }), jobs: [failed], backoffLeftMs: 100_000 }));
  t.match(made?.spec, { type: 'Destroy', module: otherDigest, revision: 'app-2' }, 'and it does not wait for the back-off of the applies');
});

t.test('an apply under way is stopped first: asked once, and waited for', async (t) => {
  const running = observed({ service: gone(applied(1, 1, { epoch: 2, activeJob: 'app-apply-1-aaaaaa' })), jobs: [job({}, { phase: 'Running', epoch: 2 })] });
  const { of, job: made, shown, actions } = answer(running);
  t.match(of('requestCancel')[0]?.reason, /being deleted/);
  t.equal(made, undefined);
  t.equal(shown, 'Deleting/Cancelling');
  t.same(answer(after(running, actions)!).actions, []);
});

t.test('when it has been stopped, however it ended, the destroy follows without a wait', async (t) => {
  for (const phase of ['Cancelled', 'Failed', 'Succeeded', 'Lost'] as const) {
    const status: ServiceStatus = { epoch: 2, phase: 'Deleting', activeJob: 'app-apply-1-aaaaaa' };
    const first = observed({ service: gone(status), jobs: [job({ cancel: true }, { phase, epoch: 2, error: phase === 'Failed' ? jobError() : undefined })] });
    const { job: made, waitMs } = answer(first);
    if (phase === 'Lost') t.ok(waitMs! <= 1_000, 'but for the jitter of lost work');
    else t.equal(made?.spec.type, 'Destroy', phase);
  }
});

t.test('the record goes only when the destroy has left nothing', async (t) => {
  const { of, events } = answer(observed({ service: gone(destroying), jobs: [destroyJob({ phase: 'Succeeded', epoch: 2, remaining: 0 })] }));
  t.equal(of('removeFinalizer').length, 1);
  t.same(events, ['Destroyed']);
  for (const remaining of [2, undefined]) {
    const left = answer(observed({ service: gone(destroying), jobs: [destroyJob({ phase: 'Succeeded', epoch: 2, remaining })] }));
    t.equal(left.of('removeFinalizer').length, 0, `${remaining} left`);
    t.equal(left.shown, 'Deleting/DestroyFailed');
    t.equal(left.waitMs, 2_500);
  }
});

t.test('a destroy that failed keeps everything, says why, and is tried again with back-off', async (t) => {
  const first = observed({ service: gone(destroying), jobs: [destroyJob({ phase: 'Failed', epoch: 2, error: jobError({ summary: 'The engine does not answer.', cause: 'EngineUnreachable', hint: 'Start it.' }) })] });
  const { shown, ready, status, of, actions, stalled } = answer(first);
  t.equal(shown, 'Deleting/DestroyFailed');
  t.match(ready?.message, /The engine does not answer\. Start it\. It is tried again at 2030-01-01T00:00:02\.500Z; until then everything is kept/);
  t.ok(status.applied);
  t.equal(of('removeFinalizer').length, 0);
  t.equal(stalled?.status, 'False');
  const waiting = after(first, actions)!;
  t.same(answer({ ...waiting, backoffLeftMs: 900 }).actions, [{ type: 'requeue', afterMs: 900 }]);
  const again = answer({ ...waiting, backoffLeftMs: 0 });
  t.equal(again.job?.spec.type, 'Destroy');
  t.equal(again.status.retries?.count, 1);
});

t.test('a destroy that trying again cannot mend is shown as stalled, and tried again all the same', async (t) => {
  const first = observed({ service: gone(destroying), jobs: [destroyJob({ phase: 'Failed', epoch: 2, error: jobError({ cause: 'Configuration', retryable: false }) })] });
  const { stalled, actions, waitMs } = answer(first);
  t.match(stalled, { status: 'True', reason: 'Configuration' });
  t.equal(waitMs, 2_500);
  t.equal(answer({ ...after(first, actions)!, backoffLeftMs: 0 }).job?.spec.type, 'Destroy');
});

t.test('a destroy that was lost or cancelled is made anew', async (t) => {
  t.equal(answer(observed({ service: gone(destroying), jobs: [destroyJob({ phase: 'Lost', epoch: 2 })] })).waitMs, 500);
  const cancelled = answer(observed({ service: gone(destroying), jobs: [destroyJob({ phase: 'Cancelled', epoch: 2 })] }));
  t.equal(cancelled.waitMs, 2_500);
  t.match(cancelled.ready?.message, /was cancelled/);
});

t.test('it waits for services that depend on it, and says which', async (t) => {
  const { shown, ready, job: made, events } = answer(observed({ service: gone(applied()), dependants: [service({ name: 'wordpress' }), service({ name: 'adminer' })] }));
  t.equal(shown, 'Deleting/DependantsExist');
  t.match(ready?.message, /^"adminer", "wordpress" depends on it: delete that too/);
  t.equal(made, undefined);
  t.same(events, ['DependantsExist']);
});

t.test('of thousands that stand on it some are named, so that the record takes it', async (t) => {
  const dependants = Array.from({ length: 5_000 }, (_, i) => service({ name: `dependant-${String(i).padStart(4, '0')}` }));
  const { ready } = answer(observed({ service: gone(applied()), dependants }));
  t.match(ready?.message, /"dependant-0019" and 4980 more depends on it/);
  t.ok(Condition.safeParse(ready).success);
});

t.test('what is being deleted too goes first', async (t) => {
  const { shown, job: made } = answer(observed({ service: gone(applied()), dependants: [service({ name: 'wordpress', deleted: true })] }));
  t.equal(shown, 'Deleting/DependantsFirst');
  t.equal(made, undefined);
});

t.test('in a circle of dependencies nobody waits for the other', async (t) => {
  const { job: made } = answer(observed({ service: gone(applied()), dependants: [service({ name: 'b', deleted: true })], cycle: ['app', 'b', 'app'] }));
  t.equal(made?.spec.type, 'Destroy');
});

t.test('a suspended service is deleted like any other', async (t) => {
  t.equal(answer(observed({ service: gone(applied(), { spec: { suspend: true } }) })).job?.spec.type, 'Destroy');
});

t.test('what others still hold is left alone once its own part is done', async (t) => {
  t.same(answer(observed({ service: gone(applied(), { finalizers: ['example.org/other'] }) })).actions, []);
});

t.test('when nothing is known of what was made, nothing is dropped', async (t) => {
  const { shown, of } = answer(observed({ service: gone({ epoch: 3, phase: 'Failed' }) }));
  t.equal(shown, 'Deleting/NothingKnown');
  t.equal(of('removeFinalizer').length, 0);
});

t.test('what a restore brought back, and nobody was given since, goes as if it had never been', async (t) => {
  const { of } = answer(observed({ service: gone({ epoch: 40_961, restoredEpoch: 40_961, phase: 'Pending' }) }));
  t.equal(of('removeFinalizer').length, 1);
  const given = answer(observed({ service: gone({ epoch: 40_962, restoredEpoch: 40_961, phase: 'Failed' }) }));
  t.equal(given.of('removeFinalizer').length, 0, 'unless a run has had it');
});
