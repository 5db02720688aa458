import type { Job, Service } from '@spawnit/contract';
import t from 'tap';
import { stagesOf } from '../../src/pages/run/stage-list.js';

const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const now = Date.parse(at(60));
const job = (type: Job['spec']['type'], status: Job['status']): Job => ({ metadata: { name: 'j', creationTimestamp: at(0) }, spec: { type, trigger: 'Create' }, status }) as Job;
const names = (of: Job, service?: Service) => stagesOf(of, service, now).map(({ name, state }) => `${name} ${state}`);

t.test('a run that waits has all of its way before it', async (t) => {
  t.strictSame(names(job('Apply', { phase: 'Pending' })), ['queued now', 'init waits', 'plan waits', 'apply waits', 'verify waits']);
});

t.test('what was left out on the way is not still to come', async (t) => {
  const running = job('Apply', { phase: 'Running', startTime: at(2), stages: [{ name: 'plan', startTime: at(3), endTime: at(5) }, { name: 'apply', startTime: at(5) }] });
  t.strictSame(names(running), ['queued done', 'plan done', 'apply now', 'verify waits']);
  t.strictSame(stagesOf(running, undefined, now).map(({ took }) => took), [2_000, 2_000, 55_000, undefined]);
});

t.test('a run that failed ended in its last stage, and nothing comes after', async (t) => {
  const failed = job('Apply', { phase: 'Failed', startTime: at(2), completionTime: at(9), stages: [{ name: 'init', startTime: at(3), endTime: at(5) }, { name: 'apply', startTime: at(5) }] });
  t.strictSame(names(failed), ['queued done', 'init done', 'apply failed']);
  t.equal(stagesOf(failed, undefined, now).at(-1)?.took, 4_000);
});

t.test('a plan goes on to its approval', async (t) => {
  const planned = job('Plan', { phase: 'Succeeded', startTime: at(1), completionTime: at(10), stages: [{ name: 'plan', startTime: at(1), endTime: at(10) }] });
  const service = (approval: object) => ({ status: { approval: { job: 'j', generation: 1, planDigest: 'd', ...approval } } }) as Service;
  t.equal(names(planned, service({ approved: false })).at(-1), 'approve now');
  t.equal(names(planned, service({ approved: true, by: 'ann' })).at(-1), 'approved by ann done');
  t.equal(names(planned, service({ approved: false, rejected: 'no', by: 'ann' })).at(-1), 'rejected by ann failed');
  t.equal(names(planned, service({ approved: false, job: 'other' })).at(-1), 'plan done', 'a later plan is asked about by now');
});
