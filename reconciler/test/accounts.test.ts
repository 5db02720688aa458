import t from 'tap';
import { answer, job, observed, service, template } from './fixtures.js';
import { after } from './world.js';

const remote = { ...template, spec: { ...template.spec, binding: 'Remote' as const } };
const name = 'app-apply-1-aaaaaa';
const status = { epoch: 1, activeJob: name };
const began = { epoch: 1, node: 'n1', startTime: '2030-01-01T00:00:00.000Z' };
const accounted = ({ status: { conditions } }: ReturnType<typeof answer>) => conditions?.find(({ type }) => type === 'Accounted');

t.test('an apply of a remote provider that was lost may have left what no state knows: that is told until a person has looked', async (t) => {
  const lost = observed({ service: service({ status }), template: remote, jobs: [job({}, { ...began, phase: 'Lost' })] });
  const first = answer(lost);
  t.match(accounted(first), { status: 'False', reason: 'RunBrokenOff', message: new RegExp(`^Job ${name} on node n1 was ended by force.*spawnit.dev/accounted=${name}`) });
  t.ok(first.events.includes('Unaccounted'));
  const waiting = { ...after(lost, first.actions)!, backoffLeftMs: 0 };
  t.same(answer({ ...waiting, backoffLeftMs: 500 }).of('updateStatus'), [], 'told once');
  const again = answer(waiting);
  t.ok(again.job, 'and the work goes on');
  const done = { ...again.job!, status: { ...began, epoch: 2, phase: 'Succeeded' as const } };
  const ended = { ...after(waiting, again.actions)!, jobs: [...waiting.jobs, done] };
  const settled = after(ended, answer(ended).actions)!;
  t.equal(settled.service.status?.phase, 'Ready');
  t.match(settled.service.status?.conditions, [{ type: 'Accounted', status: 'False' }], 'though it is Ready');

  const named = (job: string) => ({ ...settled, service: { ...settled.service, metadata: { ...settled.service.metadata, annotations: { 'spawnit.dev/accounted': job } } } });
  t.same(answer(named('another')).actions, []);
  const looked = answer(named(name));
  t.match(accounted(looked), { status: 'True', reason: 'LookedAfter' });
  t.same(answer(after(named(name), looked.actions)!).actions, []);
});

t.test('what its agent says of an apply that was ended by force is told, however the job ended', async (t) => {
  for (const phase of ['Succeeded', 'Failed', 'Cancelled'] as const) {
    t.match(accounted(answer(observed({ service: service({ status }), template: remote, jobs: [job({}, { ...began, phase, brokenOff: true })] }))), { status: 'False' }, phase);
    t.equal(accounted(answer(observed({ service: service({ status }), template: remote, jobs: [job({}, { ...began, phase })] }))), undefined, phase);
  }
});

t.test('nothing is left unknown by what the gate stops, nor by a plan, nor by a job that had not begun', async (t) => {
  const lost = (type: 'Plan' | 'Apply', more = {}) => job({ type }, { ...began, phase: 'Lost', ...more });
  t.equal(accounted(answer(observed({ service: service({ status }), jobs: [lost('Apply')] }))), undefined);
  t.equal(accounted(answer(observed({ service: service({ status }), template: remote, jobs: [lost('Plan')] }))), undefined);
  t.equal(accounted(answer(observed({ service: service({ status }), template: remote, jobs: [lost('Apply', { startTime: undefined })] }))), undefined);
});
