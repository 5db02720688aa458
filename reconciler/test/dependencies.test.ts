import type { Job, Service, ServiceStatus } from '@spawnit/contract';
import t from 'tap';
import { findCycle } from '../src/dependencies.js';
import { answer, applied, job, jobError, observed, readyService, scheduledFalse, service } from './fixtures.js';
import { after } from './world.js';

const onDb = { dependsOn: ['db'] };
const withDb = (db: Service | undefined) => ({ dependencies: new Map([['db', db]]) });
const fromDb = { parametersFrom: [{ parameter: 'host', service: 'db', output: 'address' }, { parameter: 'password', service: 'db', output: 'password' }] };
const db = (address: string, appliedBy = 'db-apply-1') => {
  const ready = readyService({ name: 'db', status: { outputs: { address: { value: address }, password: { sensitive: true } } } });
  ready.status!.applied!.job = appliedBy;
  return ready;
};

t.test('it waits for each dependency, and names the one and why', async (t) => {
  const cases: [Service | undefined, RegExp][] = [
    [undefined, /"db", which does not exist/],
    [service({ name: 'db' }), /which has just been changed/],
    [readyService({ name: 'db', generation: 2, status: { observedGeneration: 1 } }), /which has just been changed/],
    [readyService({ name: 'db', deleted: true }), /which is being deleted/],
    [readyService({ name: 'db', status: { phase: 'Drifted', conditions: [] } }), /which is Drifted/],
    [readyService({ name: 'db', status: { conditions: [scheduledFalse('NodeLost')] } }), /which is being moved/],
  ];
  for (const [dependency, why] of cases) {
    const { shown, ready, job: made } = answer(observed({ service: service({ spec: onDb }), ...withDb(dependency) }));
    t.equal(shown, 'Pending/DependencyNotReady');
    t.match(ready?.message, why);
    t.equal(made, undefined);
  }
});

t.test('when they are Ready it goes on', async (t) => {
  t.ok(answer(observed({ service: service({ spec: onDb }), ...withDb(readyService({ name: 'db' })) })).job);
});

t.test('what is Ready stays so while a dependency is not', async (t) => {
  t.equal(answer(observed({ service: service({ spec: onDb, status: applied() }), ...withDb(undefined) })).shown, 'Ready/Ready');
});

t.test('an output that the other service does not have is named', async (t) => {
  const { shown, ready } = answer(observed({ service: service({ spec: fromDb }), ...withDb(readyService({ name: 'db' })) }));
  t.equal(shown, 'Pending/OutputNotFound');
  t.match(ready?.message, /"db" has no output "address"/);
});

/** Applied with what `of` gave then, and its job finished. */
function appliedFrom(of: Service, spec = fromDb) {
  const made = answer(observed({ service: service({ spec }), ...withDb(of) })).job!;
  const done = { ...made, status: { phase: 'Succeeded' as const, epoch: 1 } };
  const status: ServiceStatus = applied(1, 1);
  status.applied!.job = done.metadata.name;
  return { service: service({ spec, status }), jobs: [done] };
}

t.test('while the values taken from it stay, nothing is applied', async (t) => {
  t.equal(answer(observed({ ...appliedFrom(db('10.0.0.1')), ...withDb(db('10.0.0.1')) })).shown, 'Ready/Ready');
});

t.test('a value that has changed is applied; while its service is not Ready it is not', async (t) => {
  const known = appliedFrom(db('10.0.0.1'));
  t.match(answer(observed({ ...known, ...withDb(db('10.0.0.2')) })).job?.spec, { type: 'Apply', trigger: 'Dependency', generation: 1 });
  const busy = db('10.0.0.2');
  busy.status!.conditions = [];
  t.equal(answer(observed({ ...known, ...withDb(busy) })).job, undefined);
});

t.test('what truly went in counts, not what there was when the job was made', async (t) => {
  const known = appliedFrom(db('10.0.0.1'));
  known.service.status!.applied!.inputs = { host: '10.0.0.2' };
  t.match(answer(observed({ ...known, ...withDb(db('10.0.0.1')) })).job?.spec, { trigger: 'Dependency' }, 'A, B while it ran, and A again');
  known.service.status!.applied!.inputs = { host: '10.0.0.1', password: 'plain in the state, secret by the template' };
  t.equal(answer(observed({ ...known, ...withDb(db('10.0.0.1')) })).shown, 'Ready/Ready', 'what is hidden here is not compared, or it would be applied for ever');
});

t.test('a plain value that goes into a secret parameter is not told, so it counts as changed when its service was applied again', async (t) => {
  const known = appliedFrom(db('10.0.0.1'), { parametersFrom: fromDb.parametersFrom.slice(0, 1) });
  const again = observed({ ...known, ...withDb(db('10.0.0.1', 'db-apply-3')) });
  known.service.status!.applied!.inputs = {};
  const { job: made } = answer(again);
  t.match(made?.spec, { trigger: 'Dependency' }, 'A, B while it ran, and A again');
  const done: Job = { ...made!, metadata: { ...made!.metadata, name: 'second' }, status: { phase: 'Succeeded', epoch: 2, inputs: {} } };
  const settled = { ...again, service: service({ spec: again.service.spec, status: { ...again.service.status, epoch: 2, activeJob: 'second' } }), jobs: [...known.jobs, done] };
  t.equal(answer(settled).shown, 'Ready/Ready', 'once');
  known.service.status!.applied!.inputs = { host: '10.0.0.1' };
  t.equal(answer(again).shown, 'Ready/Ready', 'what is told is known to be the same');
});

t.test('a secret value counts as changed when its service was applied again', async (t) => {
  t.match(answer(observed({ ...appliedFrom(db('10.0.0.1')), ...withDb(db('10.0.0.1', 'db-apply-2')) })).job?.spec, { trigger: 'Dependency' });
});

t.test('with manual approval a changed value is planned first', async (t) => {
  const known = appliedFrom(db('10.0.0.1'), { ...fromDb, ...{ approval: 'Manual' as const } });
  t.match(answer(observed({ ...known, ...withDb(db('10.0.0.2')) })).job?.spec, { type: 'Plan', trigger: 'Dependency' });
});

t.test('a stalled service is tried again when a value taken from another has changed', async (t) => {
  const made = answer(observed({ service: service({ spec: fromDb }), ...withDb(db('bad')) })).job!;
  const failed = { ...made, status: { phase: 'Failed' as const, epoch: 1, error: jobError({ retryable: false }) } };
  const first = observed({ service: service({ spec: fromDb, status: { epoch: 1, activeJob: failed.metadata.name } }), jobs: [failed], ...withDb(db('bad')) });
  const stalled = after(first, answer(first).actions)!;
  t.equal(answer(stalled).job, undefined);
  t.match(answer({ ...stalled, ...withDb(db('good')) }).job?.spec, { type: 'Apply' });
});

t.test('a circle of dependencies is found and named', async (t) => {
  const all = new Map([service({ name: 'a', spec: { dependsOn: ['x', 'b'] } }), service({ name: 'b', spec: { dependsOn: ['c'] } }), service({ name: 'c', spec: { dependsOn: ['a', 'b'] } }), service({ name: 'x' })].map((each) => [each.metadata.name, each]));
  const lookup = (name: string) => all.get(name);
  t.same(findCycle(all.get('a')!, lookup), ['a', 'b', 'c', 'a']);
  t.equal(findCycle(all.get('x')!, lookup), undefined);
  const { shown, ready } = answer(observed({ service: service({ spec: onDb }), cycle: ['app', 'db', 'app'], ...withDb(readyService({ name: 'db' })) }));
  t.equal(shown, 'Pending/DependencyCycle');
  t.match(ready?.message, /app → db → app/);
});

t.test('a job keeps the values it was made with', async (t) => {
  const made = job({}, { phase: 'Running', epoch: 1 });
  t.equal(answer(observed({ service: service({ spec: fromDb, status: { epoch: 1, activeJob: made.metadata.name } }), jobs: [made], ...withDb(db('10.0.0.9')) })).job, undefined);
});
