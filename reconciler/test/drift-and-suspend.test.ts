import type { ServiceSpec, ServiceStatus } from '@spawnit/contract';
import t from 'tap';
import { answer, applied, job, jobError, now, observed, service } from './fixtures.js';

const policy = (name: ServiceSpec['drift']['policy']) => ({ drift: { policy: name, ignoreFields: [], intervalSeconds: 10 } });
const fields = [{ resource: 'docker_container.this', field: 'memory', desired: '256', live: '512' }];
const drift = (more: Partial<NonNullable<ServiceStatus['drift']>> = {}) => ({ verdict: 'Drifted' as const, fields, since: now, epoch: 1, generation: 1, ...more });

t.test('drift is flagged with the fields that differ', async (t) => {
  const { shown, ready, job: made, events } = answer(observed({ service: service({ status: applied(1, 1, { drift: drift() }) }) }));
  t.equal(shown, 'Drifted/Drifted');
  t.match(ready?.message, /docker_container\.this memory/);
  t.equal(made, undefined);
  t.same(events, [], 'the drift controller has told of it');
  const gone = [{ resource: 'docker_container.this', field: '(exists)', desired: 'present', live: 'missing' }];
  t.match(answer(observed({ service: service({ status: applied(1, 1, { drift: drift({ fields: gone }) }) }) })).ready?.message, /: docker_container\.this is missing\.$/);
});

t.test('with policy Revert it is applied again, with policy Ignore nothing comes of it', async (t) => {
  const status = applied(1, 1, { drift: drift() });
  const { job: made, shown } = answer(observed({ service: service({ spec: policy('Revert'), status }) }));
  t.match(made?.spec, { type: 'Apply', trigger: 'Revert' });
  t.equal(shown, 'Provisioning/Scheduling');
  t.equal(answer(observed({ service: service({ spec: policy('Ignore'), status }) })).shown, 'Ready/Ready');
});

t.test('a verdict from before the last apply, or of what is not declared any more, says nothing', async (t) => {
  t.equal(answer(observed({ service: service({ status: applied(1, 2, { drift: drift({ epoch: 1 }) }) }) })).shown, 'Ready/Ready');
  t.match(answer(observed({ service: service({ generation: 2, status: applied(1, 1, { drift: drift() }) }) })).job?.spec, { trigger: 'Change' });
});

t.test('a plan that was only asked for does not make drift forgotten', async (t) => {
  const status = applied(1, 1, { epoch: 2, drift: drift({ epoch: 1 }) });
  t.equal(answer(observed({ service: service({ status }) })).shown, 'Drifted/Drifted');
});

t.test('no drift and an unknown verdict leave it Ready', async (t) => {
  for (const verdict of ['Compliant', 'Unknown'] as const) t.equal(answer(observed({ service: service({ status: applied(1, 1, { drift: drift({ verdict }) }) }) })).shown, 'Ready/Ready');
});

t.test('known drift stays so while nothing can be told of it, and until something is applied', async (t) => {
  const unknown = (more: Partial<ServiceStatus> = {}) => applied(1, 1, { phase: 'Drifted', drift: drift({ verdict: 'Unknown', fields: [] }), ...more });
  const told = answer(observed({ service: service({ status: unknown() }) }));
  t.equal(told.shown, 'Drifted/Drifted');
  t.match(told.ready, { status: 'False', message: /nothing can be told of it now/ });
  t.equal(answer(observed({ service: service({ spec: policy('Revert'), status: unknown() }) })).job, undefined, 'nothing is reverted that was not seen');
  t.equal(answer(observed({ service: service({ status: unknown({ drift: drift({ verdict: 'Compliant', fields: [] }) }) }) })).shown, 'Ready/Ready');
  t.equal(answer(observed({ service: service({ spec: policy('Ignore'), status: unknown() }) })).shown, 'Ready/Ready');
  t.equal(answer(observed({ service: service({ status: unknown({ drift: drift({ verdict: 'Unknown', fields: [], epoch: 0 }) }) }) })).shown, 'Ready/Ready', 'it was applied since');
});

const revert = job({ name: 'app-apply-1-revert', trigger: 'Revert' }, { phase: 'Succeeded', epoch: 2 });
const reverted = (more: Partial<ServiceStatus>) => service({ spec: policy('Revert'), status: applied(1, 1, { epoch: 2, activeJob: revert.metadata.name, drift: drift(), ...more }) });

t.test('drift that comes back soon after its revert waits longer each time', async (t) => {
  const { status, shown } = answer(observed({ service: reverted({ retries: { count: 2, generation: 1, nextAttemptTime: now } }), jobs: [revert] }));
  t.equal(shown, 'Ready/Ready');
  t.equal(status.retries?.count, 3);
  const again: ServiceStatus = { ...status, drift: drift({ epoch: 2 }) };
  const waiting = answer(observed({ service: service({ spec: policy('Revert'), status: again }), backoffLeftMs: 4_000, jobs: [revert] }));
  t.equal(waiting.job, undefined);
  t.equal(waiting.shown, 'Drifted/Drifted');
  t.equal(waiting.waitMs, 4_000);
  t.match(answer(observed({ service: service({ spec: policy('Revert'), status: again }), jobs: [revert] })).job?.spec, { trigger: 'Revert' });
});

t.test('after ten good minutes the count starts anew', async (t) => {
  const since = '2030-01-01T00:10:01.000Z';
  const { status } = answer(observed({ service: reverted({ drift: drift({ since }), retries: { count: 5, generation: 1, nextAttemptTime: now } }), jobs: [revert] }));
  t.equal(status.retries?.count, 1);
});

t.test('a revert that fails backs off like any apply', async (t) => {
  const failed = job({ name: revert.metadata.name, trigger: 'Revert' }, { phase: 'Failed', epoch: 2, error: jobError() });
  const { shown, waitMs } = answer(observed({ service: reverted({}), jobs: [failed] }));
  t.equal(shown, 'Failed/ImagePull');
  t.equal(waitMs, 2_500);
});

t.test('a suspended service gets no job, whatever it needs', async (t) => {
  for (const status of [undefined, applied(1), applied(1, 1, { drift: drift() })]) {
    const { job: made, shown, ready } = answer(observed({ service: service({ generation: 2, spec: { suspend: true, ...policy('Revert') }, status }) }));
    t.equal(made, undefined);
    t.equal(shown, 'Suspended/Suspended');
    t.equal(ready?.status, 'Unknown', 'nobody looks, so nobody knows');
  }
});

t.test('suspending ends a job that no node has, and lets a running one finish', async (t) => {
  const status = applied(1, 1, { activeJob: 'app-apply-2-aaaaaa' });
  const suspended = service({ generation: 3, spec: { suspend: true }, status });
  const pending = answer(observed({ service: suspended, jobs: [job({ name: status.activeJob, generation: 2 }, { phase: 'Pending' })] }));
  t.equal(pending.of('cancelPending').length, 1);
  t.equal(pending.status.activeJob, undefined);
  const running = answer(observed({ service: suspended, jobs: [job({ name: status.activeJob, generation: 2 }, { phase: 'Running', epoch: 2 })] }));
  t.same([running.of('cancelPending').length, running.of('requestCancel').length], [0, 0]);
  const done = answer(observed({ service: suspended, jobs: [job({ name: status.activeJob, generation: 2 }, { phase: 'Succeeded', epoch: 2 })] }));
  t.equal(done.status.applied?.generation, 2, 'what it made is recorded');
  t.equal(done.shown, 'Suspended/Suspended');
});

t.test('resuming applies again', async (t) => {
  t.match(answer(observed({ service: service({ generation: 3, status: applied(1) }) })).job?.spec, { trigger: 'Change', generation: 3 });
});
