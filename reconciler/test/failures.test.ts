import type { Job, JobStatus, ServiceStatus } from '@spawnit/contract';
import t from 'tap';
import type { Observed } from '../src/observed.js';
import { answer, applied, digest, job, jobError, now, observed, otherDigest, readyService, scheduledFalse, service, template } from './fixtures.js';
import { after } from './world.js';

const failed = (more: Partial<Job['spec']> = {}, error = jobError()): Job => job(more, { phase: 'Failed', epoch: 1, node: 'n1', error });
const statusWith = (more: ServiceStatus = {}): ServiceStatus => ({ epoch: 1, activeJob: 'app-apply-1-aaaaaa', phase: 'Provisioning', ...more });

t.test('a failure is told with its cause and hint, and the next attempt waits with back-off', async (t) => {
  const { status, shown, ready, waitMs, job: made, events } = answer(observed({ service: service({ status: statusWith() }), jobs: [failed()] }));
  t.equal(made, undefined);
  t.equal(shown, 'Failed/ImagePull');
  t.equal(ready?.message, 'The image could not be pulled. Check its name. Attempt 2 starts at 2030-01-01T00:00:02.500Z.');
  t.same(status.retries, { count: 1, generation: 1, nextAttemptTime: '2030-01-01T00:00:02.500Z' });
  t.equal(waitMs, 2_500, 'half of 5 s, as the random number says');
  t.same(events, ['ApplyFailed']);
});

t.test('a tool’s words that end without a full stop get one before the hint', async (t) => {
  const { ready } = answer(observed({ service: service({ status: statusWith() }), jobs: [failed({}, jobError({ summary: 'no such host' }))] }));
  t.match(ready?.message, /^no such host\. Check its name\. /);
});

t.test('the wait doubles with each failure up to five minutes', async (t) => {
  const waits = [1, 2, 3, 10].map((count) => {
    const status = statusWith({ retries: { count, generation: 1, nextAttemptTime: now } });
    return answer(observed({ service: service({ status }), jobs: [failed()] })).waitMs;
  });
  t.same(waits, [5_000, 10_000, 20_000, 150_000]);
});

t.test('what is left of the wait is kept through a restart, and says the same', async (t) => {
  const first = observed({ service: service({ status: statusWith() }), jobs: [failed()] });
  const waiting = { ...after(first, answer(first).actions)!, backoffLeftMs: 1_200 };
  t.same(answer(waiting).actions, [{ type: 'requeue', afterMs: 1_200 }]);
});

t.test('when the wait is over the same generation is tried again', async (t) => {
  const status: ServiceStatus = { epoch: 1, phase: 'Failed', retries: { count: 1, generation: 1, nextAttemptTime: now } };
  const { job: made, status: next } = answer(observed({ service: service({ status }), jobs: [failed()] }));
  t.match(made?.spec, { type: 'Apply', trigger: 'Retry', generation: 1 });
  t.equal(next.retries?.count, 1, 'the count stands until it succeeds');
});

t.test('a change of the spec ends the wait and the count', async (t) => {
  const status: ServiceStatus = { epoch: 1, phase: 'Failed', retries: { count: 7, generation: 1, nextAttemptTime: now } };
  const { job: made, status: next } = answer(observed({ service: service({ generation: 2, status }), jobs: [failed()], backoffLeftMs: 200_000 }));
  t.match(made?.spec, { trigger: 'Create', generation: 2 });
  t.equal(next.retries, undefined);
});

t.test('the failure of an older generation is told and not counted', async (t) => {
  const { job: made, status, events } = answer(observed({ service: service({ generation: 2, status: statusWith() }), jobs: [failed()] }));
  t.equal(made?.spec.generation, 2);
  t.equal(status.retries, undefined);
  t.ok(events.includes('ApplyFailed'));
});

const hopeless = () => failed({}, jobError({ cause: 'Configuration', summary: 'Unsupported argument.', retryable: false }));

t.test('what trying again cannot mend is Failed and Stalled, with no further job', async (t) => {
  const first = observed({ service: service({ status: statusWith() }), jobs: [hopeless()] });
  const { shown, stalled, waitMs, actions } = answer(first);
  t.equal(shown, 'Failed/Configuration');
  t.match(stalled, { status: 'True', reason: 'Configuration', message: /not tried again until the service is changed/ });
  t.equal(waitMs, undefined);
  t.same(answer(after(first, actions)!).actions, []);
});

t.test('a stalled service is tried again when its spec or the module of its template has changed', async (t) => {
  const first = observed({ service: service({ status: statusWith() }), jobs: [hopeless()] });
  const stalled = after(first, answer(first).actions)!;
  const changed = { ...stalled, service: { ...stalled.service, metadata: { ...stalled.service.metadata, generation: 2 } } };
  t.match(answer(changed).job?.spec, { generation: 2 });
  t.equal(answer(changed).stalled?.status, 'False');
  const mended = { ...stalled, template: { ...template, spec: { ...template.spec, module: otherDigest } } };
  const again = answer(mended);
  t.match(again.job?.spec, { generation: 1, module: otherDigest });
  t.not(again.of('createRevision')[0]?.revision.metadata.name, undefined, 'another module is another revision');
});

t.test('lost work comes back at once but for a small jitter, and is no failure', async (t) => {
  const lost = job({}, { phase: 'Lost', epoch: 1, node: 'n1' });
  const first = observed({ service: service({ status: statusWith({ retries: { count: 2, generation: 1, nextAttemptTime: now } }) }), jobs: [lost] });
  const { waitMs, status, events, actions } = answer(first);
  t.equal(waitMs, 500);
  t.equal(status.retries?.count, 2);
  t.same(events, ['ApplyLost']);
  t.match(answer({ ...after(first, actions)!, backoffLeftMs: 0 }).job?.spec, { trigger: 'Retry', generation: 1 });
});

t.test('the first loss shows no failure', async (t) => {
  const lost = job({}, { phase: 'Lost', epoch: 1, node: 'n1' });
  t.equal(answer(observed({ service: service({ status: statusWith() }), jobs: [lost] })).shown, 'Provisioning/Retrying');
});

t.test('a service on a node that is lost or drained is moved, and stays unready until it has been', async (t) => {
  for (const reason of ['NodeLost', 'NodeDraining', 'EngineLost']) {
    const status = applied(1, 1, { epoch: 2, conditions: [scheduledFalse(reason, 'node n1 is silent')] });
    const { job: made, shown, ready } = answer(observed({ service: service({ status }) }));
    t.match(made?.spec, { type: 'Apply', trigger: 'Move', generation: 1, module: digest }, reason);
    t.equal(shown, `Provisioning/${reason}`);
    t.equal(ready?.message, 'node n1 is silent');
  }
});

t.test('a job that merely waits for a node is no reason to move', async (t) => {
  const status = applied(1, 1, { conditions: [scheduledFalse('NoSlot')] });
  t.equal(answer(observed({ service: service({ status }) })).shown, 'Ready/Ready');
});

t.test('a move that failed is tried again although the node is settled by then', async (t) => {
  const move = job({ name: 'app-apply-1-moved', trigger: 'Move' }, { phase: 'Failed', epoch: 3, error: jobError() });
  const status = applied(1, 1, { epoch: 3, phase: 'Failed', retries: { count: 1, generation: 1, nextAttemptTime: now } });
  t.match(answer(observed({ service: service({ status }), jobs: [move] })).job?.spec, { trigger: 'Retry' });
});

t.test('what a person cancelled stays so until they change something', async (t) => {
  for (const before of [job({ cancel: true }, { phase: 'Pending' }), job({ cancel: true }, { phase: 'Cancelled', epoch: 1 })]) {
    const first = observed({ service: service({ status: statusWith() }), jobs: [before] });
    const { shown, job: made, actions } = answer(first);
    t.equal(made, undefined);
    t.equal(shown, 'Failed/Cancelled');
    t.same(answer(after(first, actions)!).actions, []);
  }
});

t.test('what a person cancelled stays so, whatever else holds the service up meanwhile', async (t) => {
  const parametersFrom = [{ parameter: 'host', service: 'db', output: 'host' }];
  const db = readyService({ name: 'db', status: { outputs: { host: { value: 'db-1', sensitive: false } } } });
  const taken = { 'spawnit.dev/inputs': '{"host":"db-1"}' };
  const ended: JobStatus[] = [{ phase: 'Pending' }, { phase: 'Cancelled', epoch: 1 }];
  const hidden: [string, Partial<Observed>][] = [
    ['TemplateNotFound', { template: undefined }],
    ['ModuleNotFound', { module: undefined }],
    ['DependencyNotReady', { dependencies: new Map([['db', undefined]]) }],
    ['OutputNotFound', { dependencies: new Map([['db', readyService({ name: 'db' })]]) }],
  ];
  for (const status of ended) {
    for (const [reason, trouble] of hidden) {
      const all = observed({ service: service({ spec: { parametersFrom }, status: statusWith() }), jobs: [job({ cancel: true }, status, taken)], dependencies: new Map([['db', db]]) });
      const { template: entry, module, dependencies } = all;
      const held = { ...all, ...trouble };
      const first = answer(held);
      t.same([first.shown, first.stalled?.reason], [`Pending/${reason}`, 'Cancelled']);
      const again = answer({ ...after(held, first.actions)!, template: entry, module, dependencies } as Observed);
      t.equal(again.job, undefined);
      t.equal(again.shown, 'Failed/Cancelled');
      const changed = after(held, first.actions)!;
      const retried = { ...changed.service, metadata: { ...changed.service.metadata, annotations: { 'spawnit.dev/retry': '1/1' } } };
      const asked = { ...changed, service: retried };
      t.equal(answer(asked).stalled?.status, 'False', 'a person asked for another attempt');
      t.equal(answer({ ...asked, template: entry, module, dependencies } as Observed).job?.spec.type, 'Apply');
    }
  }
});

t.test('an apply for a taken value that a person cancelled is not made again when its service was away for a moment', async (t) => {
  const spec = { parametersFrom: [{ parameter: 'host', service: 'db', output: 'host' }] };
  const db = (host: string) => readyService({ name: 'db', status: { outputs: { host: { value: host, sensitive: false } } } });
  const done = job({ name: 'app-apply-1-done' }, { phase: 'Succeeded', epoch: 1 }, { 'spawnit.dev/inputs': '{"host":"db-1"}' });
  const cancelled = job({ cancel: true, trigger: 'Dependency' }, { phase: 'Pending' }, { 'spawnit.dev/inputs': '{"host":"db-2"}' });
  const there = observed({ service: service({ spec, status: applied(1, 1, { activeJob: cancelled.metadata.name }) }), jobs: [done, cancelled], dependencies: new Map([['db', db('db-2')]]) });
  const stalled = after(there, answer(there).actions)!;
  const away = { ...stalled, dependencies: new Map([['db', undefined]]) };
  const back = { ...after(away, answer(away).actions)!, dependencies: there.dependencies };
  t.equal(answer(back).job, undefined);
  t.equal(answer(back).shown, 'Failed/Cancelled');
  t.equal(answer({ ...back, dependencies: new Map([['db', db('db-3')]]) }).job?.spec.trigger, 'Dependency');
  const asBefore = answer({ ...back, dependencies: new Map([['db', db('db-1')]]) });
  t.same([asBefore.shown, asBefore.stalled?.status], ['Ready/Ready', 'False']);
});

t.test('a cancel that comes when the attempt has failed, or as it does, means that there is no other', async (t) => {
  for (const ended of [{ phase: 'Failed' as const, epoch: 1, error: jobError() }, { phase: 'Lost' as const, epoch: 1, node: 'n1' }]) {
    const waits = observed({ service: service({ status: statusWith() }), jobs: [job({}, ended)], backoffLeftMs: 40_000 });
    const backingOff = after(waits, answer(waits).actions)!;
    t.not(answer(backingOff).shown, 'Failed/Cancelled');
    const asked = { ...backingOff, jobs: [job({ cancel: true }, ended)] };
    const { shown, job: made, actions } = answer(asked);
    t.equal(made, undefined);
    t.equal(shown, 'Failed/Cancelled');
    const again = { ...after(asked, actions)!, backoffLeftMs: 0 };
    t.same(answer(again).actions, [], 'nor when its time has come');
  }
});

t.test('a cancel that came too late for an attempt that succeeded stops nothing that comes later', async (t) => {
  const done = job({ cancel: true, name: 'app-apply-1-done' }, { phase: 'Succeeded', epoch: 1 });
  const drift = { verdict: 'Drifted' as const, epoch: 1, generation: 1, fields: [], checkedTime: now, method: 'Plan' as const };
  const { job: made } = answer(observed({ service: service({ spec: { drift: { policy: 'Revert', ignoreFields: [], intervalSeconds: 10 } }, status: applied(1, 1, { drift: drift as never }) }), jobs: [done] }));
  t.match(made?.spec, { type: 'Apply', trigger: 'Revert' });
});
