import { restoredStateAnnotation } from '@spawnit/contract';
import t from 'tap';
import { answer, applied, job, observed, service } from './fixtures.js';

const annotations = { [restoredStateAnnotation]: '9' };

t.test('a state that was restored is applied, once', async (t) => {
  const { job: made } = answer(observed({ service: service({ annotations, status: applied() }) }));
  t.match(made, { spec: { type: 'Apply', trigger: 'Restore' }, metadata: { annotations } });
  const done = { ...made!, status: { phase: 'Succeeded' as const, epoch: 2 } };
  const { status, job: next } = answer(observed({ service: service({ annotations, status: applied(1, 1, { epoch: 2, activeJob: done.metadata.name }) }), jobs: [done] }));
  t.equal(status.applied?.restoredState, '9');
  t.equal(next, undefined);
  t.equal(answer(observed({ service: service({ annotations: { [restoredStateAnnotation]: '12' }, status }) })).job?.spec.trigger, 'Restore', 'another restore is another need');
});

t.test('with approval asked for, the plan of a restored state waits for it', async (t) => {
  t.match(answer(observed({ service: service({ annotations, spec: { approval: 'Manual' }, status: applied() }) })).job?.spec, { type: 'Plan', trigger: 'Restore' });
});

t.test('what was cancelled before a restore does not hold up what follows it; what was cancelled after it does', async (t) => {
  const of = (restored: Record<string, string>) => job({ name: 'app-apply-1-old', cancel: true }, { phase: 'Cancelled', epoch: 2 }, restored);
  const wish = { annotations, status: applied(1, 1, { epoch: 2 }) };
  t.equal(answer(observed({ service: service(wish), jobs: [of({})] })).job?.spec.trigger, 'Restore');
  const stalled = answer(observed({ service: service({ ...wish, status: { ...wish.status, activeJob: 'app-apply-1-old' } }), jobs: [of(annotations)] }));
  t.equal(stalled.job, undefined);
  t.equal(stalled.stalled?.status, 'True');
});

t.test('a suspended service is not applied for it', async (t) => {
  t.equal(answer(observed({ service: service({ annotations, spec: { suspend: true }, status: applied() }) })).job, undefined);
});
