import t from 'tap';
import { answer, applied, digest, job, now, observed, otherDigest, scheduledFalse, service, template } from './fixtures.js';
import { after } from './world.js';

t.test('a new service gets an apply, its revision and its status in one answer', async (t) => {
  const { job: made, of, status, shown, events } = answer(observed({ service: service({ annotations: { 'kubernetes.io/change-cause': 'first try' } }) }));
  t.match(made?.metadata.name, /^app-apply-1-[0-9a-z]{6}$/);
  t.match(made?.spec, { type: 'Apply', trigger: 'Create', generation: 1, revision: 'app-1', module: digest, serviceUid: 'uid-app' });
  t.match(of('createRevision')[0]?.revision.spec, { generation: 1, templateVersion: '3', moduleRoot: 'docker/web', message: 'first try', serviceSpec: { template: 'web' } });
  t.equal(status.activeJob, made?.metadata.name);
  t.equal(status.observedGeneration, 1);
  t.equal(shown, 'Pending/Scheduling');
  t.same(events, ['ApplyStarted']);
});

t.test('while a job waits, what the scheduler says of it is shown', async (t) => {
  const status = { activeJob: 'app-apply-1-aaaaaa', conditions: [scheduledFalse('NoAbleNode', 'waiting for an agent with the ability "docker"')] };
  const { ready, progressing, shown, job: made } = answer(observed({ service: service({ status }), jobs: [job({}, { phase: 'Pending' })] }));
  t.equal(shown, 'Pending/NoAbleNode');
  t.equal(ready?.message, 'waiting for an agent with the ability "docker"');
  t.match(progressing, { status: 'True', message: ready?.message });
  t.equal(made, undefined);
});

t.test('while its job runs it is Provisioning, and the node is named', async (t) => {
  const running = observed({ service: service({ status: { activeJob: 'app-apply-1-aaaaaa', epoch: 1 } }), jobs: [job({}, { phase: 'Running', node: 'n1', epoch: 1 })] });
  const { ready, shown } = answer(running);
  t.equal(shown, 'Provisioning/Provisioning');
  t.equal(ready?.message, 'Generation 1 is being made real on node n1.');
});

t.test('an apply that succeeded is recorded with its outputs and makes it Ready', async (t) => {
  const outputs = { url: { value: 'http://127.0.0.1:8080' }, password: { sensitive: true } };
  const done = job({}, { phase: 'Succeeded', epoch: 4, outputs, inputs: { host: 'db' } });
  const { status, shown, events } = answer(observed({ service: service({ status: { activeJob: done.metadata.name, epoch: 4, engine: 'e1', retries: { count: 2, generation: 1, nextAttemptTime: now } } }), jobs: [done] }));
  t.equal(shown, 'Ready/Ready');
  t.same(status.applied, { generation: 1, epoch: 4, job: done.metadata.name, revision: 'app-1', module: digest, engine: 'e1', inputs: { host: 'db' }, time: now });
  t.same(status.outputs, outputs);
  t.equal(status.url, 'http://127.0.0.1:8080');
  t.equal(status.activeJob, undefined);
  t.equal(status.retries, undefined);
  t.same(events, ['Applied', 'Ready']);
});

t.test('a Ready service that nobody touches needs nothing', async (t) => {
  const first = observed({ service: service({ status: applied() }) });
  const settledDown = after(first, answer(first).actions)!;
  t.same(answer(settledDown).actions, []);
});

t.test('a changed spec gets an apply of the new generation', async (t) => {
  const { job: made, shown, of } = answer(observed({ service: service({ generation: 2, status: applied(1) }) }));
  t.match(made?.spec, { type: 'Apply', trigger: 'Change', generation: 2, revision: 'app-2' });
  t.equal(of('createRevision').length, 1);
  t.equal(shown, 'Provisioning/Scheduling');
});

t.test('a change while a job runs waits for its end; a job that no node has is replaced at once', async (t) => {
  const status = { ...applied(1), activeJob: 'app-apply-2-aaaaaa' };
  const changed = service({ generation: 3, status });
  for (const phase of ['Assigned', 'Running'] as const) {
    t.equal(answer(observed({ service: changed, jobs: [job({ name: status.activeJob, generation: 2 }, { phase, epoch: 2 })] })).job, undefined, phase);
  }
  const { of, job: made, status: next } = answer(observed({ service: changed, jobs: [job({ name: status.activeJob, generation: 2 }, { phase: 'Pending' })] }));
  t.equal(of('cancelPending')[0]?.job.metadata.name, status.activeJob);
  t.equal(made?.spec.generation, 3);
  t.equal(next.activeJob, made?.metadata.name);
});

t.test('when the job of an older generation ends, its result is kept and the newer one is applied', async (t) => {
  const done = job({ generation: 1 }, { phase: 'Succeeded', epoch: 1 });
  const { status, job: made } = answer(observed({ service: service({ generation: 2, status: { activeJob: done.metadata.name, epoch: 1 } }), jobs: [done] }));
  t.equal(status.applied?.generation, 1);
  t.match(made?.spec, { trigger: 'Change', generation: 2 });
});

t.test('a template that now names another module changes nothing until the service is changed', async (t) => {
  const moved = { ...template, spec: { ...template.spec, module: otherDigest } };
  t.equal(answer(observed({ template: moved, service: service({ status: applied(1) }) })).shown, 'Ready/Ready');
  t.equal(answer(observed({ template: moved, service: service({ generation: 2, status: applied(1) }) })).job?.spec.module, otherDigest);
});

t.test('a revision that is there is used again; a name that another one has is not', async (t) => {
  const first = answer(observed({ service: service() }));
  const revision = first.of('createRevision')[0]!.revision;
  t.equal(answer(observed({ service: service(), revisions: [revision] })).of('createRevision').length, 0);
  const foreign = { ...revision, spec: { ...revision.spec, serviceUid: 'an-earlier-service' } };
  const { of, job: made } = answer(observed({ service: service(), revisions: [foreign] }));
  t.match(of('createRevision')[0]?.revision.metadata.name, /^app-1-[0-9a-f]{8}$/);
  t.equal(made?.spec.revision, of('createRevision')[0]?.revision.metadata.name);
});

t.test('without its template or module it waits and says what to do', async (t) => {
  const lone = answer(observed({ service: service(), template: undefined }));
  t.equal(lone.shown, 'Pending/TemplateNotFound');
  t.match(lone.ready?.message, /no template "web": create it/);
  t.equal(lone.job, undefined);
  t.equal(answer(observed({ service: service(), module: undefined })).shown, 'Pending/ModuleNotFound');
  t.equal(answer(observed({ service: service({ status: applied() }), template: undefined })).shown, 'Ready/Ready', 'what is real stays so');
});

t.test('a job that the service names and that is gone is done anew', async (t) => {
  const { status, waitMs } = answer(observed({ service: service({ status: { activeJob: 'vanished' } }) }));
  t.equal(status.activeJob, undefined);
  t.ok(waitMs! <= 1_000);
});

t.test('a job under way that the service does not name keeps a second one away', async (t) => {
  const { job: made, status } = answer(observed({ service: service(), jobs: [job({}, { phase: 'Running', epoch: 1 })] }));
  t.equal(made, undefined);
  t.equal(status.activeJob, 'app-apply-1-aaaaaa');
});

t.test('long names are cut so that names of jobs and revisions stay DNS labels', async (t) => {
  const name = 'a'.repeat(63);
  const { job: made, of } = answer(observed({ service: service({ name, generation: 123456 }) }));
  t.match(made?.metadata.name, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  t.match(of('createRevision')[0]?.revision.metadata.name, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
});

t.test('the last ten finished jobs are kept, and what the service points to', async (t) => {
  const old = Array.from({ length: 14 }, (_, i) => job({ name: `j${i}`, trigger: 'Requested', type: 'Plan' }, { phase: 'Succeeded', epoch: i + 1 }));
  const status = applied(1, 1);
  status.applied!.job = 'j1';
  const { of } = answer(observed({ service: service({ status }), jobs: old }));
  t.same(of('deleteJob').map((each) => each.job.metadata.name).sort(), ['j0', 'j2', 'j3']);
});

t.test('other defaults of a template come with the next generation: until then what runs is run with those that it was made with', async (t) => {
  const withDefault = (size: number): typeof template => ({ ...template, spec: { ...template.spec, parameters: { ...template.spec.parameters, properties: { size: { type: 'integer', default: size } } } } });
  const first = answer(observed({ service: service(), template: withDefault(1) })).of('createRevision')[0]!.revision;
  t.same(first.spec.defaults, { size: 1 });
  const later = { template: withDefault(2), revisions: [first] };
  const again = answer(observed({ ...later, service: service({ status: applied(1, 1, { conditions: [scheduledFalse('NodeLost')] }) }) }));
  t.match(again.job?.spec, { trigger: 'Move', revision: first.metadata.name });
  t.same(again.of('createRevision'), []);
  const [next] = answer(observed({ ...later, service: service({ generation: 2, status: applied() }) })).of('createRevision');
  t.same(next?.revision.spec.defaults, { size: 2 });
  const mended = answer(observed({ ...later, service: service() }));
  t.same(mended.of('createRevision')[0]?.revision.spec.defaults, { size: 2 }, 'what was never applied takes those of now');
  t.not(mended.job?.spec.revision, first.metadata.name);
});
